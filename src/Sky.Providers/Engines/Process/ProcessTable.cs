using System.Globalization;
using System.Text;

namespace Sky.Providers.Engines.Process;

/// <summary>What <c>/proc</c> tells of living processes; empty on a system without it. Zombies count as gone.</summary>
internal static class ProcessTable
{
    public static IEnumerable<ProcessRow> All()
    {
        if (!OperatingSystem.IsLinux())
        {
            yield break;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Find(pid) is { } row)
            {
                yield return row;
            }
        }
    }

    public static ProcessRow? Find(int pid)
    {
        var stat = Encoding.UTF8.GetString(Read($"/proc/{pid}/stat"));

        // The name, in parentheses, may hold anything; the fields after it are numbers.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 20 || fields[0] is "Z" or "X"
            ? null
            : new ProcessRow(pid, Number(fields[1]), Number(fields[3]), long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    /// <summary>Whether the process was started with this variable. False where we may not look.</summary>
    public static bool HasVariable(int pid, string name, string value)
    {
        var wanted = Encoding.UTF8.GetBytes($"{name}={value}\0");
        ReadOnlySpan<byte> all = Read($"/proc/{pid}/environ");
        var at = all.IndexOf(wanted);
        return at == 0 || (at > 0 && all[at - 1] == 0);
    }

    /// <summary>Changes when the machine restarts; empty where there is none.</summary>
    public static string BootId() =>
        OperatingSystem.IsLinux() ? Encoding.ASCII.GetString(Read("/proc/sys/kernel/random/boot_id")).Trim() : "";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It ended in the meantime, or belongs to another user.
            return [];
        }
    }
}
