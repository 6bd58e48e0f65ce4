using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Sky.Controller.Probing;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Nodes;
using Sky.Core.Nodes.Certificates;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Controller.Scaling.Metrics;

/// <summary>Asks replicas over HTTP, as their probe does.</summary>
internal sealed class ReplicaMetricReader(TimeProvider time, NodeCredentials? nodes = null) : IReplicaMetricReader, IDisposable
{
    private const int MostBytes = 4 << 20;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);
    private readonly HttpClient _client = new(ReplicaConnections.Handler(nodes, time)) { Timeout = System.Threading.Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };

    public async Task<double> ReadAsync(ReplicaRecord replica, ReplicaQuery query, IReadOnlyDictionary<string, string> headers, CancellationToken cancellationToken)
    {
        var endpoint = NodeHost.Within(replica.Endpoint!);
        using var deadline = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, query.Path));
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            return response.IsSuccessStatusCode
                ? Find(Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(either.Token)), query)
                : throw new MetricException($"HTTP {(int)response.StatusCode} at {query.Path}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MetricException($"no answer within {Timeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or UriFormatException or FormatException)
        {
            throw new MetricException(HttpProber.Reason(e, replica.Endpoint!.Authority), e);
        }
    }

    public void Dispose() => _client.Dispose();

    private static double Find(string text, ReplicaQuery query)
    {
        if (query.Metric is { } name)
        {
            return ExpositionText.Sum(text, name, query.Labels) ?? throw new MetricException($"{query.Path} has no {name}{(query.Labels.Count > 0 ? " with those labels" : "")}");
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return JsonNumber.Find(json.RootElement, query.Json!) ?? throw new MetricException($"{query.Path} has no number at {query.Json}");
        }
        catch (JsonException bad)
        {
            throw new MetricException($"{query.Path} is not JSON", bad);
        }
    }
}
