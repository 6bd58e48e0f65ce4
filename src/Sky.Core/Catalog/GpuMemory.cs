using System.Globalization;
using System.Text.RegularExpressions;

namespace Sky.Core.Catalog;

/// <summary>Accelerators asked for by their memory: <c>80GB</c>, <c>80GB+</c>, <c>NVIDIA:80GB</c>.</summary>
/// <param name="Vendor">Upper case; null for any.</param>
/// <param name="Memory">In GB.</param>
/// <param name="AtLeast">More is enough.</param>
public sealed partial record GpuMemory(string? Vendor, double Memory, bool AtLeast)
{
    private const double DecimalBytes = 1e9;
    private const double BinaryBytes = 1L << 30;

    /// <summary>Null when it is the name of an accelerator.</summary>
    public static GpuMemory? Parse(string asked)
    {
        var match = Form().Match(asked);
        if (!match.Success)
        {
            return null;
        }

        var unit = char.ToUpperInvariant(match.Groups["unit"].Value[0]) switch { 'M' => 1.0 / 1024, 'T' => 1024, _ => 1 };
        return new GpuMemory(
            match.Groups["vendor"] is { Success: true } vendor ? vendor.Value.ToUpperInvariant() : null,
            double.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture) * unit,
            match.Groups["plus"].Success);
    }

    /// <summary>
    /// Whether an accelerator has that much. Makers count the memory of some cards in GB of 10^9 bytes and of others in GB of 2^30, so either
    /// reading may meet what is asked: 24GB is an L4 (22.35 GB of 2^30), 80GB an A100-80GB.
    /// </summary>
    /// <param name="name">Of the accelerator.</param>
    /// <param name="memory">Of each, in GB of 2^30 bytes.</param>
    public bool Fits(string name, double? memory)
    {
        if (memory is not { } binary || (Vendor is not null && Vendor != GpuName.Vendor(name)))
        {
            return false;
        }

        var asDecimal = binary * BinaryBytes / DecimalBytes;
        return AtLeast
            ? Math.Round(asDecimal, 1) >= Memory
            : Math.Abs(Math.Round(binary) - Memory) < 1e-9 || Math.Abs(Math.Round(asDecimal) - Memory) < 1e-9;
    }

    [GeneratedRegex(@"\A(?:(?<vendor>[A-Za-z]+):)?(?<n>[0-9]+(?:\.[0-9]+)?)(?<unit>[GMT]B)(?<plus>\+)?\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Form();
}
