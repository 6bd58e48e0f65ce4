using System.Globalization;
using Sky.Cli.Terminal;
using Sky.Core.Images.Scanning;
using Sky.Core.Specs;

namespace Sky.Cli.Images;

/// <summary>Findings and policies as people read them.</summary>
internal static class ScanText
{
    private const int ShownReasons = 20;

    /// <summary>Such as <c>trivy, fails on high and above (2 exceptions)</c>.</summary>
    public static string Policy(ScanSpec policy)
    {
        var unfixed = policy.IgnoreUnfixed ? ", passes over what nothing mends" : "";
        var exceptions = policy.Ignore.Count switch
        {
            0 => "",
            1 => " (1 exception)",
            var count => $" ({count} exceptions)",
        };
        return $"{ScanGate.Word(policy.Scanner)}, fails on {ScanGate.Word(policy.FailOn)}{(policy.FailOn is Severity.Critical ? "" : " and above")}{unfixed}{exceptions}";
    }

    /// <summary>Such as <c>1 critical, 4 low</c>.</summary>
    public static string Counts(ScanReport report)
    {
        var counts = report.Counts.Where(pair => pair.Value > 0).OrderByDescending(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} {ScanGate.Word(pair.Key)}"));
        return string.Join(", ", counts) is { Length: > 0 } text ? text : "none";
    }

    /// <summary>Throws where the image may not run, with the reasons.</summary>
    public static void Enforce(Screen screen, ScanVerdict verdict)
    {
        foreach (var notice in verdict.Notices)
        {
            screen.Warn(notice);
        }

        if (!verdict.Passed)
        {
            var shown = verdict.Reasons.Take(ShownReasons).Select(reason => $"  {reason}");
            var more = verdict.Reasons.Count > ShownReasons ? $"\n  and {verdict.Reasons.Count - ShownReasons} more" : "";
            throw CliException.Failed($"The image does not pass security.scan:\n{string.Join('\n', shown)}{more}\nMend the image, or write what you can live with into security.scan.ignore. Nothing was changed.");
        }
    }

    public static void Table(Screen screen, ScanReport report)
    {
        screen.Line($"{report.Image}: scanned by {ScanGate.Word(report.Scanner)} at {Moment(report.ScannedAt)}, findings: {Counts(report)}");
        if (report.Findings.Count == 0)
        {
            return;
        }

        var table = new TextTable("ID", "SEVERITY", "PACKAGE", "INSTALLED", "FIXED", "TITLE");
        foreach (var finding in report.Findings)
        {
            table.Add(
                finding.Id,
                new Cell(ScanGate.Word(finding.Severity), finding.Severity switch { Severity.Critical => Colors.Red, Severity.High => Colors.Yellow, _ => null }),
                finding.Package,
                finding.Installed,
                finding.Fixed,
                finding.Title);
        }

        foreach (var line in table.LinesWithin(screen.Width(), screen, "TITLE"))
        {
            screen.Line(line);
        }

        if (report.Counts.Values.Sum() is var all && all > report.Findings.Count)
        {
            screen.ErrorLine($"These are the worst {report.Findings.Count} of {all}.");
        }
    }

    public static string Moment(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
