using System.Text.Json.Nodes;
using Amazon.Runtime;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Specs;
using Sky.Providers.Aws;

namespace Sky.Providers.Metrics;

/// <summary>Asks Amazon CloudWatch (<c>GetMetricData</c>) for the newest value of a metric or an expression.</summary>
public sealed class CloudWatchMetrics : IMetricReader
{
    /// <summary>How many periods back a value may lie: CloudWatch is late by one or two.</summary>
    private const int MostPeriods = 5;

    private static readonly TimeSpan LeastReach = TimeSpan.FromMinutes(5);
    private readonly Func<string, AwsJsonClient> _client;
    private readonly TimeProvider _time;

    public CloudWatchMetrics(HttpClient http, Func<string, string?> variable, TimeProvider time)
        : this(region => new AwsJsonClient(http, variable, time, Service, region), time)
    {
    }

    /// <param name="client">For a region.</param>
    /// <param name="time">The clock.</param>
    internal CloudWatchMetrics(Func<string, AwsJsonClient> client, TimeProvider time) => (_client, _time) = (client, time);

    public MetricSource Source => MetricSource.CloudWatch;

    internal static AwsService Service { get; } = new("CloudWatch", "monitoring", "monitoring", "GraniteServiceVersion20100801") { JsonVersion = "1.0" };

    public async Task<double> ReadAsync(MetricSpec metric, Func<string, SecretValue?> secret, CancellationToken cancellationToken)
    {
        var query = metric.CloudWatch!;
        try
        {
            var answer = await _client(query.Region).CallAsync("GetMetricData", Request(query), cancellationToken);
            return Newest(answer);
        }
        catch (AwsException bad)
        {
            throw new MetricException(bad.Message.TrimEnd('.'), bad);
        }
        catch (AmazonClientException bad)
        {
            throw new MetricException("AWS's own library cannot ask CloudWatch", bad);
        }
        catch (Exception bad) when (bad is InvalidOperationException or FormatException)
        {
            throw new MetricException("CloudWatch's answer cannot be read", bad);
        }
    }

    private JsonObject Request(CloudWatchQuery query)
    {
        var (now, reach) = (_time.GetUtcNow(), TimeSpan.FromSeconds(query.PeriodSeconds * MostPeriods));
        var asked = new JsonObject { ["Id"] = "m", ["ReturnData"] = true };
        if (query.Expression is { } expression)
        {
            (asked["Expression"], asked["Period"]) = (expression, query.PeriodSeconds);
        }
        else
        {
            asked["MetricStat"] = new JsonObject
            {
                ["Metric"] = new JsonObject
                {
                    ["Namespace"] = query.Namespace,
                    ["MetricName"] = query.Metric,
                    ["Dimensions"] = new JsonArray([.. query.Dimensions.Select(pair => new JsonObject { ["Name"] = pair.Key, ["Value"] = pair.Value })]),
                },
                ["Period"] = query.PeriodSeconds,
                ["Stat"] = query.Statistic,
            };
        }

        return new JsonObject
        {
            ["MetricDataQueries"] = new JsonArray(asked),
            ["StartTime"] = (now - (reach > LeastReach ? reach : LeastReach)).ToUnixTimeSeconds(),
            ["EndTime"] = now.ToUnixTimeSeconds(),
            ["ScanBy"] = "TimestampDescending",
            ["MaxDatapoints"] = 100,
        };
    }

    private static double Newest(JsonObject answer)
    {
        if (answer["MetricDataResults"] is not JsonArray { Count: > 0 } results)
        {
            throw new MetricException("CloudWatch has no value of it now");
        }

        // An expression such as SEARCH gives several.
        if (results.Count > 1)
        {
            throw new MetricException("the query gives several series: write one that gives one, such as SUM(...)");
        }

        return results[0]?["Values"] is JsonArray { Count: > 0 } values ? values[0]!.GetValue<double>() : throw new MetricException("CloudWatch has no value of it now");
    }
}
