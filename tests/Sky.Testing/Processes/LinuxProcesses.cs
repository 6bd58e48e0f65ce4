using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Sky.Testing.Processes;

/// <summary>What <c>/proc</c> tells of processes. Those that vanish meanwhile count as gone.</summary>
public static partial class LinuxProcesses
{
    public static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0 && Alive(pid));

    /// <summary>False for zombies.</summary>
    public static bool Alive(int pid)
    {
        var stat = Read($"/proc/{pid}/stat");
        var end = stat.LastIndexOf(')');
        return end > 0 && end + 2 < stat.Length && stat[end + 2] is not ('Z' or 'X');
    }

    public static string CommandLine(int pid) => Read($"/proc/{pid}/cmdline").Replace('\0', ' ');

    /// <summary>True when the process was started with this <c>NAME=value</c>.</summary>
    public static bool Mentions(int pid, string assignment) => Read($"/proc/{pid}/environ").Split('\0').Contains(assignment);

    /// <summary>The value that the process was started with; null when it was started without.</summary>
    public static string? Variable(int pid, string name) =>
        Read($"/proc/{pid}/environ").Split('\0').FirstOrDefault(line => line.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];

    public static void Kill(int pid, int signal) => _ = kill(pid, signal);

    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int kill(int pid, int signal);
}
