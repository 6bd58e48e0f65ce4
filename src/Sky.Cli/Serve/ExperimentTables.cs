using System.Globalization;
using Sky.Cli.Terminal;
using Sky.Core.Traffic.Experiments;

namespace Sky.Cli.Serve;

/// <summary>An experiment as two tables: a column for each version, then what is known of the differences.</summary>
internal sealed class ExperimentTables(Screen screen)
{
    public IEnumerable<string> Lines(ExperimentView experiment)
    {
        var since = experiment.Since is { } at ? $", since {at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}" : ", over";
        yield return $"Division {experiment.Generation} of service '{experiment.Service}'{since}. Ranges hold with {Percent(experiment.Confidence)} at all times, however often you look.";
        if (experiment.Arms.Count == 0)
        {
            yield return "It has counted no requests.";
            yield break;
        }

        yield return "";
        foreach (var line in Arms(experiment.Arms).Lines(screen))
        {
            yield return line;
        }

        yield return "";
        if (experiment.Comparisons.Count == 0)
        {
            yield return "Nothing to compare yet.";
            yield break;
        }

        foreach (var line in Comparisons(experiment.Comparisons).Lines(screen))
        {
            yield return line;
        }
    }

    private static TextTable Arms(IReadOnlyList<ArmView> arms)
    {
        var table = new TextTable(["", .. arms.Select(Head)]);
        void Add(string name, Func<ArmView, string> value) => table.Add([name, .. arms.Select(arm => (Cell)value(arm))]);
        Add("requests", arm => Number(arm.Requests));
        Add("errors", arm => Number(arm.Errors));
        Add("aborted by clients", arm => Number(arm.Aborted));
        if (arms.Any(arm => arm.Mirror))
        {
            Add("copies not sent", arm => arm.Mirror ? Number(arm.NotMirrored) : "-");
        }

        Add("error rate", arm => Range(arm.ErrorRate, Percent));
        Add("ttft p50", arm => Range(arm.TtftP50, Seconds));
        Add("ttft p95", arm => Range(arm.TtftP95, Seconds));
        Add("latency p50", arm => Range(arm.LatencyP50, Seconds));
        Add("latency p95", arm => Range(arm.LatencyP95, Seconds));
        Add("latency mean", arm => Range(arm.LatencyMean, Seconds));
        Add("prompt tokens", arm => Range(arm.PromptTokens, Plain));
        Add("completion tokens", arm => Range(arm.CompletionTokens, Plain));
        Add("cost of a request", arm => arm.Currency is null ? "-" : $"{Range(arm.Cost, Cost)} {arm.Currency}");
        Add("feedback", arm => arm.FeedbackCount == 0 ? "-" : $"{Range(arm.Feedback, Plain)} of {arm.FeedbackCount}");
        return table;
    }

    private static TextTable Comparisons(IReadOnlyList<Comparison> comparisons)
    {
        var table = new TextTable("VERSION", "BESIDE", "METRIC", "SEEN", "RANGE", "VERDICT");
        foreach (var one in comparisons)
        {
            Func<double, string> text = one.As == "ratio" ? Times : one.Metric switch
            {
                ArmMetrics.ErrorRate => Points,
                ArmMetrics.LatencyMean => Seconds,
                ArmMetrics.Cost => Cost,
                _ => Plain,
            };
            var color = one.Verdict switch
            {
                ArmComparison.Better => Colors.Green,
                ArmComparison.Worse => Colors.Red,
                _ => null,
            };
            table.Add(Number(one.Version), Number(one.Baseline), one.Metric, text(one.Seen.Value!.Value), Ends(one.Seen, text), new Cell(one.Verdict, color));
        }

        return table;
    }

    private static string Head(ArmView arm) =>
        $"VERSION {arm.Version}" + (arm.Mirror ? " (mirror)" : arm.Weight > 0 ? $" ({arm.Weight}%{(arm.Baseline ? ", baseline" : "")})" : "");

    private static string Range(Estimate estimate, Func<double, string> text) => estimate.Value is { } value ? $"{text(value)} {Ends(estimate, text)}" : "-";

    private static string Ends(Estimate estimate, Func<double, string> text) =>
        $"[{(estimate.Low is { } low ? text(low) : "?")}, {(estimate.High is { } high ? text(high) : "?")}]";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##}%");

    private static string Points(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:+0.##;-0.##;0}%");

    private static string Seconds(double seconds) => Math.Abs(seconds) < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.##}ms")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.##}s");

    private static string Times(double ratio) => string.Create(CultureInfo.InvariantCulture, $"x{ratio:0.##}");

    private static string Cost(double cost) => string.Create(CultureInfo.InvariantCulture, $"{cost:0.########}");

    private static string Plain(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.##}");

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
