using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads <c>service.replica_policy.metrics</c>. The field checker has reported wrong types and ranges already.</summary>
internal sealed class MetricsReader(SpecProblems problems, Variables variables)
{
    private const string At = "service.replica_policy.metrics";
    private static readonly string[] OfAll = ["source", "target"];

    /// <summary>What each source takes beside those; the last of all is what gateways count.</summary>
    private static readonly IReadOnlyDictionary<MetricSource, string[]> Takes = new Dictionary<MetricSource, string[]>
    {
        [MetricSource.Prometheus] = ["type", "url", "query", "bearer_secret", "username", "password_secret", "interval_seconds"],
        [MetricSource.CloudWatch] = ["type", "region", "query", "namespace", "metric", "dimensions", "statistic", "period_seconds", "interval_seconds"],
        [MetricSource.AzureMonitor] = ["type", "resource", "namespace", "metric", "aggregation", "filter", "period_seconds", "interval_seconds"],
        [MetricSource.Replica] = ["path", "metric", "labels", "json", "interval_seconds"],
    };

    public IReadOnlyList<MetricSpec> Read(YamlNode.Sequence? list)
    {
        var metrics = new List<MetricSpec>();
        for (var index = 0; index < (list?.Items.Count ?? 0); index++)
        {
            if (list!.Items[index] is YamlNode.Mapping map && SourceOf(map["source"].AsText()) is { } source)
            {
                metrics.Add(Read(map, source, $"{At}[{index}]"));
            }
        }
        return metrics;
    }

    private static MetricSource? SourceOf(string? word) =>
        Enum.TryParse<MetricSource>(word?.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var source) ? source : null;

    private MetricSpec Read(YamlNode.Mapping map, MetricSource source, string at)
    {
        var takes = Takes.GetValueOrDefault(source, []);
        foreach (var entry in map.Entries.Where(entry => !entry.Value.IsNull && !OfAll.Contains(entry.Key) && !takes.Contains(entry.Key) && Schema.MetricFields.Group.Find(entry.Key) is not null))
        {
            problems.Error(entry.Line, $"{at}.{entry.Key}", $"`{entry.Key}` is not for source: {map["source"].AsText()}, which takes {string.Join(", ", OfAll.Concat(takes))}.");
        }
        return new()
        {
            Source = source,
            Target = map["target"].AsNumber() ?? 1,
            Type = TypeOf(map, source),
            IntervalSeconds = map["interval_seconds"].AsNumber(),
            Prometheus = source is MetricSource.Prometheus ? Prometheus(map, at) : null,
            CloudWatch = source is MetricSource.CloudWatch ? CloudWatch(map, at) : null,
            AzureMonitor = source is MetricSource.AzureMonitor ? AzureMonitor(map, at) : null,
            Replica = source is MetricSource.Replica ? Replica(map, at) : null,
        };
    }

    private static MetricTarget TypeOf(YamlNode.Mapping map, MetricSource source) => source switch
    {
        // A time is of requests: more replicas make it shorter for each of them.
        MetricSource.QueueWait or MetricSource.TimeToFirstToken => MetricTarget.Value,
        MetricSource.Requests or MetricSource.Concurrency or MetricSource.Tokens or MetricSource.Replica => MetricTarget.Average,
        _ => "value".Equals(map["type"].AsText(), StringComparison.OrdinalIgnoreCase) ? MetricTarget.Value : MetricTarget.Average,
    };

    private PrometheusQuery Prometheus(YamlNode.Mapping map, string at)
    {
        var url = Needed(map, at, "url", "the server's address, such as http://127.0.0.1:9090");
        if (url.Length > 0 && (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0 || address.Query.Length > 0))
        {
            problems.Error(map.Find("url")!.Line, $"{at}.url", "The address of a server is http:// or https:// and a host, without a user, a password or a query: those are username, password_secret and query.");
        }
        var (user, password, bearer) = (map["username"].AsPrinted(), Secret(map, at, "password_secret"), Secret(map, at, "bearer_secret"));
        if (user is null != password is null || (bearer is not null && user is not null))
        {
            problems.Error(map.Line, at, "Who asks is said by bearer_secret alone, or by username and password_secret.");
        }
        return new(url, Needed(map, at, "query", "PromQL that gives one number, such as sum(queue_length)")) { BearerSecret = bearer, Username = user, PasswordSecret = password };
    }

    private CloudWatchQuery CloudWatch(YamlNode.Mapping map, string at)
    {
        var expression = map["query"].AsText();
        if (expression is null == map["metric"] is null)
        {
            problems.Error(map.Line, at, "cloudwatch takes either a metric with its namespace, or a query.");
        }
        else if (expression is null)
        {
            Needed(map, at, "namespace", "the metric's namespace, such as AWS/SQS");
        }
        return new(Needed(map, at, "region", "the region, such as us-east-1"))
        {
            Expression = expression,
            Namespace = map["namespace"].AsText(),
            Metric = map["metric"].AsText(),
            Dimensions = Texts(map["dimensions"]),
            Statistic = Statistic(map["statistic"].AsText()),
            PeriodSeconds = Period(map),
        };
    }

    private AzureMonitorQuery AzureMonitor(YamlNode.Mapping map, string at) => new(
        Needed(map, at, "resource", "the id of the resource, from /subscriptions/ on"), Needed(map, at, "metric", "the metric's name"))
    {
        Namespace = map["namespace"].AsText(),
        Aggregation = Capitalized(map["aggregation"].AsText()) ?? "Average",
        Filter = map["filter"].AsText(),
        PeriodSeconds = Period(map),
    };

    private ReplicaQuery Replica(YamlNode.Mapping map, string at)
    {
        var (metric, json) = (map["metric"].AsText(), map["json"].AsText());
        if (metric is null == json is null)
        {
            problems.Error(map.Line, at, "replica takes either the metric of Prometheus' text, or json: the way to a number.");
        }
        return new(map["path"].AsText() ?? "/metrics") { Metric = metric, Labels = Texts(map["labels"]), Json = json };
    }

    private string Needed(YamlNode.Mapping map, string at, string field, string what)
    {
        if (map[field].AsText() is { Length: > 0 } text)
        {
            return text;
        }
        if (map[field] is null or { IsNull: true } or YamlNode.Scalar { Text.Length: 0 })
        {
            problems.Error(map.Line, at, $"source: {map["source"].AsText()} needs `{field}`: {what}.");
        }
        return "";
    }

    /// <summary>The name of a secret; its value stays where it is until it is sent.</summary>
    private string? Secret(YamlNode.Mapping map, string at, string field)
    {
        if (map[field] is not YamlNode.Scalar { IsNull: false } scalar)
        {
            return null;
        }
        if (scalar.Filled is not null)
        {
            problems.Error(scalar.Line, $"{at}.{field}", "The name of a secret stands here, without $.");
        }
        else if (!scalar.Text.StartsWith(MetricSecrets.Prefix, StringComparison.Ordinal) && !variables.Secrets.ContainsKey(scalar.Text) && !variables.Sources.ContainsKey(scalar.Text))
        {
            problems.Error(scalar.Line, $"{at}.{field}", $"This is none of the `secrets` of the file, and no variable of the controller that begins with {MetricSecrets.Prefix}.");
        }
        return scalar.Filled is null ? scalar.Text : null;
    }

    private static int Period(YamlNode.Mapping map) => (int)Math.Clamp(map["period_seconds"].AsInteger() ?? 60, 1, 86_400);

    private static Dictionary<string, string> Texts(YamlNode? node) => node is YamlNode.Mapping map
        ? map.Entries.Where(entry => !entry.Value.IsNull).ToDictionary(entry => entry.Key, entry => entry.Value.AsPrinted() ?? "", StringComparer.Ordinal)
        : [];

    private static string Statistic(string? word) =>
        word is null ? "Average" : word.Equals("samplecount", StringComparison.OrdinalIgnoreCase) ? "SampleCount" : word.StartsWith('p') ? word : Capitalized(word)!;

    private static string? Capitalized(string? word) => word is { Length: > 0 } ? char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant() : null;
}
