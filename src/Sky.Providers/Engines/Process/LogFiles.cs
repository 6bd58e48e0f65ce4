using System.Globalization;

namespace Sky.Providers.Engines.Process;

/// <summary>
/// A replica's output lies in <c>log.1</c>, <c>log.2</c>, … of growing number, never renamed, so that a reader never mistakes one for
/// another; the oldest are removed.
/// </summary>
internal static class LogFiles
{
    /// <summary>A new file is begun after this many bytes.</summary>
    public const long MaxBytes = 10 * 1024 * 1024;

    /// <summary>So many full files are kept besides the present one.</summary>
    public const int KeptFiles = 3;

    private const string Prefix = "log.";

    public static string Name(string folder, int number) => Path.Combine(folder, Prefix + number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The numbers that exist, oldest first.</summary>
    public static IReadOnlyList<int> Numbers(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var numbers = new List<int>();
        foreach (var path in Directory.EnumerateFiles(folder, Prefix + "*"))
        {
            if (int.TryParse(Path.GetFileName(path.AsSpan())[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers;
    }
}
