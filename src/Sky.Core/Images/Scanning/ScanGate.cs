using System.Globalization;
using Sky.Core.Specs;

namespace Sky.Core.Images.Scanning;

/// <summary>Decides whether an image may run, from the policy, what was found, and the time.</summary>
public static class ScanGate
{
    /// <summary>Findings that are older say too little of what is known now.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromHours(24);

    // Clocks of two machines differ.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    /// <param name="policy">What the service file asks for; null: nothing.</param>
    /// <param name="report">What was found; null: nobody looked.</param>
    /// <param name="image">The image that is to run, pinned.</param>
    /// <param name="now">The present time: an exception that has ended counts no more.</param>
    public static ScanVerdict Decide(ScanSpec? policy, ScanReport? report, string image, DateTimeOffset now)
    {
        if (policy is null or { Scanner: Scanner.None })
        {
            return new();
        }
        if (report is null)
        {
            return Refused($"The file asks for a scan by {Word(policy.Scanner)}, and there are no findings of {image}.");
        }
        if (report.Scanner != policy.Scanner)
        {
            return Refused($"The file asks for a scan by {Word(policy.Scanner)}; the findings are those of {Word(report.Scanner)}.");
        }
        if (report.Image != image)
        {
            return Refused($"The findings are those of {report.Image}, and what is to run is {image}: scan it again.");
        }
        if (report.ScannedAt < now - Oldest || report.ScannedAt > now + Ahead)
        {
            var why = report.ScannedAt > now ? "from the future: compare the clocks" : $"older than {Oldest.TotalHours:0} hours: scan it again";
            return Refused($"The findings of {image} are of {report.ScannedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {why}.");
        }
        return Judge(policy, report, DateOnly.FromDateTime(now.UtcDateTime));
    }

    public static string Word(Scanner scanner) => scanner.ToString().ToLowerInvariant();

    public static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    private static ScanVerdict Judge(ScanSpec policy, ScanReport report, DateOnly today)
    {
        var notices = new List<string>();
        if (report.Recognised == 0)
        {
            notices.Add("The scanner recognised no packages in the image: it has nothing to say of it.");
        }
        var counted = new List<Finding>();
        var unrated = 0;
        foreach (var finding in report.Findings)
        {
            unrated += finding.Severity is Severity.Unknown && policy.FailOn > Severity.Unknown ? 1 : 0;
            if (finding.Severity >= policy.FailOn && !(policy.IgnoreUnfixed && finding.Unfixed) && !IsIgnored(finding, policy, today))
            {
                counted.Add(finding);
            }
        }
        if (unrated > 0)
        {
            notices.Add($"{Many(unrated, "finding has", "findings have")} no severity yet and did not count: fail_on: unknown counts them.");
        }
        notices.AddRange(policy.Ignore.Where(one => one.Until < today && report.Findings.Any(finding => Matches(one, finding)))
            .Select(one => $"The exception for {one.Id} ended on {Day(one.Until!.Value)}: it counts again."));
        return new() { Reasons = Reasons(counted), Notices = notices };
    }

    // The same vulnerability in many packages is one thing to decide about.
    private static string[] Reasons(List<Finding> counted) =>
    [
        .. counted.GroupBy(finding => finding.Id, StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(group => group.Max(finding => finding.Severity)).ThenBy(group => group.Key, StringComparer.OrdinalIgnoreCase)
            .Select(group => Reason([.. group])),
    ];

    private static string Reason(Finding[] same)
    {
        var worst = same.MaxBy(finding => finding.Severity)!;
        var packages = string.Join(", ", same.Select(finding => finding.Installed is null ? finding.Package : $"{finding.Package} {finding.Installed}").Distinct(StringComparer.Ordinal));
        var mended = same.Select(finding => finding.Fixed).FirstOrDefault(version => version is not null);
        var remedy = mended is not null ? $"; mended in {mended}" : worst.Unfixed ? "; no version mends it yet" : "";
        return $"{worst.Id} ({Word(worst.Severity)}) in {packages}{remedy}";
    }

    private static bool IsIgnored(Finding finding, ScanSpec policy, DateOnly today) =>
        policy.Ignore.Any(one => Matches(one, finding) && (one.Until is null || one.Until >= today));

    private static bool Matches(IgnoredFinding one, Finding finding) => one.Id.Equals(finding.Id, StringComparison.OrdinalIgnoreCase);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Many(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    private static ScanVerdict Refused(string reason) => new() { Reasons = [reason] };
}
