using System.Globalization;

namespace Sky.Providers.Clouds.Local;

/// <summary>Turns what <c>nvidia-smi</c> prints into the names of service files: <c>NVIDIA A100-SXM4-80GB</c> is <c>A100-80GB</c>.</summary>
internal static class GpuNames
{
    private static readonly string[] Known =
    [
        "A100-80GB", "A100", "A10G", "A10", "H200", "H100", "B200", "L40S", "L40", "L4", "T4", "V100", "P100", "P4", "K80", "A6000", "A5000", "A4000",
        "RTX6000", "RTX4090", "RTX3090", "RTX3080",
    ];

    /// <summary>The first kind of GPU and how many there are of it; null and 0 for none.</summary>
    public static (string? Name, int Count) Parse(string output)
    {
        var names = output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Short).ToList();
        return names.Count == 0 ? (null, 0) : (names[0], names.Count(name => name == names[0]));
    }

    /// <summary>Of the first GPU, from MiB as <c>nvidia-smi</c> prints them, in GB of 2^30 bytes; null where it prints none.</summary>
    public static double? Memory(string output) =>
        double.TryParse(output.Split('\n')[0].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var mebibytes) ? mebibytes / 1024 : null;

    private static string Short(string full)
    {
        var words = full.Replace("GeForce", "", StringComparison.Ordinal).Replace("RTX A", "A", StringComparison.Ordinal)
            .Replace("RTX ", "RTX", StringComparison.Ordinal)
            .Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Contains("A100") && words.Contains("80GB"))
        {
            return "A100-80GB";
        }

        return Known.FirstOrDefault(words.Contains) ?? string.Join('-', words.Where(word => word is not ("NVIDIA" or "Tesla")));
    }
}
