using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Specs;

namespace Sky.Providers.Metrics;

/// <summary>Asks Azure Monitor (<c>Microsoft.Insights/metrics</c>) for the newest value of a resource's metric, with the identity that Azure's own library finds.</summary>
public sealed class AzureMonitorMetrics : IMetricReader
{
    private const string Version = "2023-10-01";
    private const int MostBytes = 1 << 20;
    private static readonly TimeSpan LeastReach = TimeSpan.FromMinutes(10);
    private readonly Uri _management;
    private readonly Lazy<HttpPipeline> _pipeline;
    private readonly TimeProvider _time;

    public AzureMonitorMetrics(TimeProvider time)
        : this(new Uri("https://management.azure.com/"), () => new DefaultAzureCredential(), new MonitorOptions(), time)
    {
    }

    /// <param name="management">The address of Azure's management.</param>
    /// <param name="credential">Who asks; made when it is needed.</param>
    /// <param name="options">Of the pipeline.</param>
    /// <param name="time">The clock.</param>
    internal AzureMonitorMetrics(Uri management, Func<TokenCredential> credential, ClientOptions options, TimeProvider time)
    {
        (_management, _time) = (management, time);
        _pipeline = new(() => HttpPipelineBuilder.Build(options, new BearerTokenAuthenticationPolicy(credential(), "https://management.azure.com/.default")));
    }

    public MetricSource Source => MetricSource.AzureMonitor;

    public async Task<double> ReadAsync(MetricSpec metric, Func<string, SecretValue?> secret, CancellationToken cancellationToken)
    {
        var query = metric.AzureMonitor!;
        try
        {
            using var message = _pipeline.Value.CreateMessage();
            message.Request.Method = RequestMethod.Get;
            message.Request.Uri.Reset(Address(query));
            message.Request.Headers.Add("Accept", "application/json");
            await _pipeline.Value.SendAsync(message, cancellationToken);
            return message.Response.Status == 200 && message.Response.Content.ToMemory().Length <= MostBytes
                ? Newest(message.Response.Content, query.Aggregation)
                : throw new MetricException(Refused(message.Response));
        }
        catch (AuthenticationFailedException bad)
        {
            throw new MetricException("this machine has no identity at Azure: sign in with `az login`, or give it a managed identity", bad);
        }
        catch (Exception bad) when (bad is RequestFailedException or AggregateException or HttpRequestException or IOException)
        {
            throw new MetricException($"{_management.Authority} cannot be reached", bad);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new MetricException("Azure Monitor's answer cannot be read", bad);
        }
    }

    private Uri Address(AzureMonitorQuery query)
    {
        var now = _time.GetUtcNow();
        var period = TimeSpan.FromSeconds(query.PeriodSeconds);
        var reach = period * 3 > LeastReach ? period * 3 : LeastReach;
        var text = new StringBuilder(_management.AbsoluteUri.TrimEnd('/')).Append(query.Resource.TrimEnd('/'))
            .Append("/providers/Microsoft.Insights/metrics?api-version=").Append(Version)
            .Append("&metricnames=").Append(Uri.EscapeDataString(query.Metric))
            .Append("&aggregation=").Append(query.Aggregation)
            .Append("&interval=").Append(XmlConvert.ToString(period))
            .Append("&timespan=").Append(Uri.EscapeDataString($"{Moment(now - reach)}/{Moment(now)}"));
        if (query.Namespace is { } name)
        {
            text.Append("&metricnamespace=").Append(Uri.EscapeDataString(name));
        }

        if (query.Filter is { } filter)
        {
            text.Append("&$filter=").Append(Uri.EscapeDataString(filter));
        }

        return new Uri(text.ToString());
    }

    /// <summary>The newest moment that has the aggregation; of several series, as a filter may give, there must be one.</summary>
    private static double Newest(BinaryData content, string aggregation)
    {
        using var json = JsonDocument.Parse(content);
        var series = json.RootElement.GetProperty("value").EnumerateArray().SelectMany(metric => metric.GetProperty("timeseries").EnumerateArray()).ToList();
        if (series.Count > 1)
        {
            throw new MetricException("the filter gives several series: write one that gives one");
        }

        var member = aggregation.ToLowerInvariant();
        double? newest = null;
        foreach (var point in series.SelectMany(one => one.GetProperty("data").EnumerateArray()))
        {
            newest = point.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : newest;
        }

        return newest ?? throw new MetricException("Azure Monitor has no value of it now");
    }

    private string Refused(Response response)
    {
        var why = response.Status switch
        {
            401 or 403 => "this identity may not read it: give it the role Monitoring Reader",
            404 => "there is no such resource",
            429 => "too many questions for now",
            _ => $"HTTP {response.Status.ToString(CultureInfo.InvariantCulture)}",
        };
        return $"{_management.Authority} refuses it: {Code(response) ?? why}{(response.Status is 401 or 403 ? $" ({why})" : "")}";
    }

    private static string? Code(Response response)
    {
        try
        {
            using var json = JsonDocument.Parse(response.Content);
            return json.RootElement.TryGetProperty("code", out var code) ? code.GetString()
                : json.RootElement.TryGetProperty("error", out var error) && error.TryGetProperty("code", out var inner) ? inner.GetString() : null;
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>As usual, but that a reading is soon tried again anyway.</summary>
    internal sealed class MonitorOptions : ClientOptions
    {
        public MonitorOptions()
        {
            (Retry.MaxRetries, Retry.NetworkTimeout) = (1, TimeSpan.FromSeconds(5));
            Diagnostics.IsLoggingEnabled = false;
        }
    }
}
