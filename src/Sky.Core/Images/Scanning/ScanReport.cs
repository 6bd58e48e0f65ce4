namespace Sky.Core.Images.Scanning;

/// <summary>What a scanner found in one image.</summary>
public sealed record ScanReport
{
    public required Scanner Scanner { get; init; }

    /// <summary>The image that was scanned, as <see cref="Specs.ImageSpec.Pinned"/> names it.</summary>
    public required string Image { get; init; }

    public required DateTimeOffset ScannedAt { get; init; }

    /// <summary>How many lists of packages (a distribution's, a language's) the scanner knew what to do with; null where it does not say.</summary>
    public int? Recognised { get; init; }

    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>How many findings of each severity there were, also where <see cref="Findings"/> was shortened to be kept.</summary>
    public IReadOnlyDictionary<Severity, int> Counts { get; init; } = new Dictionary<Severity, int>();

    /// <summary>The report with its findings counted and in the order people read them, the worst first.</summary>
    public ScanReport Counted() => this with
    {
        Findings = [.. Findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Package, StringComparer.Ordinal).ThenBy(finding => finding.Id, StringComparer.Ordinal)],
        Counts = Findings.GroupBy(finding => finding.Severity).ToDictionary(group => group.Key, group => group.Count()),
    };

    /// <summary>The report as it is kept with a version: counted, and with the worst <paramref name="most"/> findings.</summary>
    public ScanReport Kept(int most)
    {
        var counted = Counted();
        return counted.Findings.Count <= most ? counted : counted with { Findings = [.. counted.Findings.Take(most)] };
    }
}
