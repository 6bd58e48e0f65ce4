using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Specs;

namespace Sky.Providers.Metrics;

/// <summary>Asks a server that speaks Prometheus' HTTP interface, such as Prometheus, Thanos, Mimir or VictoriaMetrics, for one number at the present time.</summary>
public sealed class PrometheusMetrics : IMetricReader, IDisposable
{
    private const int MostBytes = 1 << 20;

    /// <summary>Who asks is told to no other host.</summary>
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(8),
        MaxResponseContentBufferSize = MostBytes,
    };

    public MetricSource Source => MetricSource.Prometheus;

    public async Task<double> ReadAsync(MetricSpec metric, Func<string, SecretValue?> secret, CancellationToken cancellationToken)
    {
        var query = metric.Prometheus!;
        var where = Uri.TryCreate(query.Url.TrimEnd('/') + "/api/v1/query", UriKind.Absolute, out var address) ? address : throw new MetricException("its address cannot be used");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, where) { Content = new FormUrlEncodedContent([new("query", query.Query)]) };
            request.Headers.Authorization = Who(query, secret);
            using var response = await _http.SendAsync(request, cancellationToken);
            return Number(await response.Content.ReadAsByteArrayAsync(cancellationToken), (int)response.StatusCode, where.Authority);
        }
        catch (HttpRequestException bad)
        {
            throw new MetricException(Reason(bad, where.Authority), bad);
        }
        catch (TaskCanceledException bad) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MetricException($"{where.Authority} does not answer", bad);
        }
    }

    public void Dispose() => _http.Dispose();

    private static AuthenticationHeaderValue? Who(PrometheusQuery query, Func<string, SecretValue?> secret) => query switch
    {
        { BearerSecret: { } name } => new("Bearer", Printable(Needed(secret, name), name)),
        { Username: { } user, PasswordSecret: { } name } => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Needed(secret, name)}"))),
        _ => null,
    };

    private static string Needed(Func<string, SecretValue?> secret, string name) => secret(name)?.Reveal() ?? throw new MetricException($"secret {name} has no value");

    private static string Printable(string token, string name) => token.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 ? token : throw new MetricException($"secret {name} is no token: it has blanks or signs that no header has");

    /// <summary>As https://prometheus.io/docs/prometheus/latest/querying/api/ has it.</summary>
    private static double Number(byte[] answer, int status, string host)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            var root = json.RootElement;
            if (root.GetProperty("status").GetString() != "success")
            {
                throw new MetricException($"{host} refuses the query: {Shortened(root.TryGetProperty("error", out var error) ? error.GetString() : null) ?? $"HTTP {status}"}");
            }

            var data = root.GetProperty("data");
            var result = data.GetProperty("result");
            return data.GetProperty("resultType").GetString() switch
            {
                "scalar" => Value(result),
                "vector" when result.GetArrayLength() == 1 => Value(result[0].GetProperty("value")),
                "vector" when result.GetArrayLength() == 0 => throw new MetricException("the query has no value now"),
                "vector" => throw new MetricException("the query gives several values: write one that gives one, such as sum(...)"),
                _ => throw new MetricException("the query gives no single number"),
            };
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw new MetricException(status is >= 200 and < 300 ? $"{host} does not speak Prometheus' HTTP interface" : $"{host} answers with HTTP {status}", bad);
        }
    }

    private static double Value(JsonElement pair) =>
        double.TryParse(pair[1].GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new MetricException("the query gives no number now");

    private static string? Shortened(string? text) => text is { Length: > 200 } ? text[..200] + "…" : text;

    private static string Reason(HttpRequestException bad, string host) => bad.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"the name of {host} cannot be resolved",
        HttpRequestError.SecureConnectionError => $"the certificate of {host} is not trusted here",
        HttpRequestError.ConnectionError => $"{host} cannot be reached",
        HttpRequestError.ConfigurationLimitExceeded => $"{host} answers with more than can be read",
        _ => $"{host} broke off",
    };
}
