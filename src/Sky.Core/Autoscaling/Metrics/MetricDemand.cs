using System.Globalization;
using Sky.Core.Specs;

namespace Sky.Core.Autoscaling.Metrics;

/// <summary>What the metrics of a policy ask for. Pure.</summary>
public static class MetricDemand
{
    private static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(1);

    /// <summary>Most tries that may fail in a row before a reading is too old to go by.</summary>
    private const int Tries = 4;

    /// <summary>How often a metric is read.</summary>
    public static TimeSpan IntervalOf(MetricSpec metric) => TimeSpan.FromSeconds(
        metric.IntervalSeconds ?? (metric.Source is MetricSource.CloudWatch or MetricSource.AzureMonitor ? 60 : 15));

    /// <summary>One for each, in the order of the policy.</summary>
    /// <param name="input">All that is known.</param>
    /// <param name="current">Replicas wanted now.</param>
    /// <param name="now">The present time.</param>
    public static IReadOnlyList<MetricVerdict> Of(AutoscalerInput input, int current, DateTimeOffset now) =>
        [.. input.Policy.Metrics.Select((metric, index) => metric.IsRead
            ? Read(metric, index < input.Metrics.Count ? input.Metrics[index] : MetricSight.None, input, current, now)
            : Counted(metric, input, current, now))];

    /// <summary>How a metric is called, such as <c>prometheus</c> or <c>replica vllm:num_requests_waiting</c>.</summary>
    public static string NameOf(MetricSpec metric) => metric switch
    {
        { Replica: { } replica } => $"replica {replica.Metric ?? replica.Json}",
        { CloudWatch: { Metric: { } name } } => $"cloudwatch {name}",
        { AzureMonitor: { } azure } => $"azure_monitor {azure.Metric}",
        _ => WordOf(metric.Source),
    };

    /// <summary>The word of the service file.</summary>
    public static string WordOf(MetricSource source) => source switch
    {
        MetricSource.QueueWait => "queue_wait",
        MetricSource.TimeToFirstToken => "time_to_first_token",
        MetricSource.AzureMonitor => "azure_monitor",
        _ => source.ToString().ToLowerInvariant(),
    };

    /// <summary>Such as <c>concurrency 12, target 8 a replica</c>.</summary>
    internal static string Text(MetricVerdict verdict) => string.Create(
        CultureInfo.InvariantCulture, $"{NameOf(verdict.Metric)} {verdict.Value:0.###}, target {verdict.Metric.Target:0.###}{(verdict.Metric.Type == MetricTarget.Average ? " a replica" : "")}");

    private static MetricVerdict Counted(MetricSpec metric, AutoscalerInput input, int current, DateTimeOffset now)
    {
        if (!input.Load.Known)
        {
            return new(metric, null, null, false, "no gateway is heard");
        }

        var work = input.Load.Work;
        double? value = metric.Source switch
        {
            MetricSource.Requests => RequestWindow.Total(RequestWindow.Merge(input.State.Window, input.Load.Window, now)) / (double)RequestWindow.Seconds,
            MetricSource.Concurrency => work?.Concurrency,
            MetricSource.QueueWait => work?.QueueWaitSeconds,
            MetricSource.Tokens => work?.TokensPerSecond,
            _ => work?.FirstTokenSeconds,
        };
        return value is { } known ? new(metric, known, Wanted(metric, known, input, current), true, null) : new(metric, null, null, false, null);
    }

    private static MetricVerdict Read(MetricSpec metric, MetricSight sight, AutoscalerInput input, int current, DateTimeOffset now)
    {
        var interval = IntervalOf(metric);
        var most = interval * Tries > LeastAge ? interval * Tries : LeastAge;
        if (sight.At is not { } at || now - at > most)
        {
            return new(metric, null, null, false, sight.Trouble);
        }

        if (metric.Source is not MetricSource.Replica)
        {
            return sight.Value is { } value && double.IsFinite(value)
                ? new(metric, value, Wanted(metric, Math.Max(0, value), input, current), sight.Trouble is null, null)
                : new(metric, null, null, false, sight.Trouble);
        }

        var values = input.Ready.Where(id => sight.ByReplica?.ContainsKey(id) == true).Select(id => Math.Max(0, sight.ByReplica![id])).ToList();
        var starting = Math.Max(0, Math.Max(current, input.Live) - input.Ready.Count);
        return values.Count > 0
            ? new(metric, values.Average(), HorizontalScaling.OfReplicas(values, metric.Target, input.Ready.Count - values.Count, starting, current), sight.Trouble is null, null)
            : new(metric, null, null, false, sight.Trouble);
    }

    private static int Wanted(MetricSpec metric, double value, AutoscalerInput input, int current) => metric.Type == MetricTarget.Average
        ? HorizontalScaling.OfTotal(value, metric.Target, current)
        : HorizontalScaling.OfValue(value, metric.Target, current, input.Ready.Count);
}
