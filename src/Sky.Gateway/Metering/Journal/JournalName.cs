using System.Globalization;

namespace Sky.Gateway.Metering.Journal;

/// <summary>What the files of a journal are called: after the run that wrote them, and their place among its files.</summary>
internal static class JournalName
{
    public const string Pattern = "journal-*.sky";

    public static string Of(string run, long number) => string.Create(CultureInfo.InvariantCulture, $"journal-{run}-{number:D8}.sky");

    /// <summary>Counted from 0; -1 for a file of another run.</summary>
    public static long NumberOf(string path, string run)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var dash = name.LastIndexOf('-');
        return name[..Math.Max(dash, 0)] == $"journal-{run}" && long.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;
    }
}
