using System.Globalization;
using System.Text.RegularExpressions;

namespace Sky.SystemTests.Clusters;

/// <summary>When a gateway first failed at a replica after something had happened, by its own log, and when that same request was answered by another one.</summary>
/// <param name="Failed">The first failed attempt.</param>
/// <param name="Outcome">How that ended, such as ConnectFailed.</param>
/// <param name="Answered">The head of another replica's answer to the same request; null where it cannot be told.</param>
/// <param name="Attempts">How many attempts failed.</param>
internal sealed partial record RoutedAround(DateTimeOffset Failed, string Outcome, DateTimeOffset? Answered, int Attempts)
{
    /// <returns>Null where no attempt failed.</returns>
    public static RoutedAround? Since(DateTimeOffset began, IEnumerable<string> log, IReadOnlyList<LoadResult> results)
    {
        var failures = log.Select(line => Attempt().Match(line)).Where(match => match.Success)
            .Select(match => (Time: DateTimeOffset.Parse(match.Groups["time"].Value, CultureInfo.InvariantCulture), Outcome: match.Groups["outcome"].Value))
            .Where(one => one.Time >= began && one.Outcome != "ClientGone")
            .ToList();
        if (failures.Count == 0)
        {
            return null;
        }

        var first = failures.MinBy(one => one.Time);
        var answers = results.Where(result => result.Attempt > 1 && result.Answered is not null && result.Sent <= first.Time)
            .Select(result => result.Sent + result.Answered!.Value).Where(time => time >= first.Time).Order();
        return new RoutedAround(first.Time, first.Outcome, answers.Select(time => (DateTimeOffset?)time).FirstOrDefault(), failures.Count);
    }

    /// <summary>What the gateway's log told while this request was under way.</summary>
    public static IEnumerable<string> Told(IEnumerable<string> log, LoadResult request) => log.Where(line =>
        DateTimeOffset.TryParse(line.Split(' ', 2)[0], CultureInfo.InvariantCulture, out var time) && time >= request.Sent && time <= request.Sent + request.Took + TimeSpan.FromSeconds(1));

    /// <summary>The same in words.</summary>
    public static string Text(DateTimeOffset began, IEnumerable<string> log, IReadOnlyList<LoadResult> results) =>
        Since(began, log, results) is not { } around ? "nothing had to be routed around"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the first failed attempt ({around.Outcome}) came after {(around.Failed - began).TotalSeconds:0.0} s, another replica's answer to it {(around.Answered - around.Failed)?.TotalMilliseconds:0} ms later; {around.Attempts} attempts failed");

    [GeneratedRegex(@"^(?<time>\S+Z) .*: attempt \d+ ended: (?<outcome>\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex Attempt();
}
