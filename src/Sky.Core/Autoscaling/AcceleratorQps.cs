namespace Sky.Core.Autoscaling;

/// <summary>Requests a second by accelerator.</summary>
internal static class AcceleratorQps
{
    /// <summary>What one replica is made for: by the exact accelerators, else by their name (<c>A100</c> is <c>A100:1</c>), else the smallest of all.</summary>
    public static double Of(IReadOnlyDictionary<string, double> byAccelerator, string? accelerators)
    {
        if (accelerators is null)
        {
            return byAccelerator.Values.Min();
        }

        var other = accelerators.EndsWith(":1", StringComparison.Ordinal)
            ? accelerators[..^2]
            : accelerators.Contains(':', StringComparison.Ordinal) ? null : accelerators + ":1";
        foreach (var name in new[] { accelerators, other })
        {
            foreach (var (key, value) in byAccelerator)
            {
                if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
                {
                    return value;
                }
            }
        }

        return byAccelerator.Values.Min();
    }
}
