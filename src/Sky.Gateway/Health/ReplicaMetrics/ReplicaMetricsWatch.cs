using System.Net.Sockets;
using System.Buffers;
using System.Net;
using Microsoft.Extensions.Hosting;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;

namespace Sky.Gateway.Health.ReplicaMetrics;

/// <summary>
/// Reads the metrics of the replicas whose policies look at them, once a second each. No request waits for it, and a replica that does not
/// answer, or tells nothing that is known, is picked by the gateway's own accounting alone.
/// </summary>
internal sealed class ReplicaMetricsWatch(EndpointTable table, UpstreamClient upstream, TimeProvider time) : BackgroundService
{
    /// <summary>More replicas than these are asked in turn, each less often.</summary>
    private const int MostAsksASecond = 100;

    private const int MostBytes = 1 << 20;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>For one that did not answer.</summary>
    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>For one that has no such metrics.</summary>
    private static readonly TimeSpan AgainWithout = TimeSpan.FromMinutes(1);

    private readonly Dictionary<ReplicaTracker, (Task<TimeSpan> Asking, long At)> _asked = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Ask(stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_asked.Values.Select(a => a.Asking));
        }
    }

    private void Ask(CancellationToken stoppingToken)
    {
        var now = time.GetTimestamp();
        var wanted = new List<(ReplicaTracker Replica, IReadOnlyDictionary<string, string> Headers)>();
        foreach (var service in table.Current.All)
        {
            if (service.Snapshot() is { Endpoints: { } endpoints, Policy.UsesReplicaMetrics: true } snapshot)
            {
                wanted.AddRange(snapshot.Usable.Select(replica => (replica, endpoints.ReadinessProbe.Headers)));
            }
        }

        foreach (var gone in _asked.Keys.Except(wanted.Select(w => w.Replica)).Where(r => _asked[r].Asking.IsCompleted).ToArray())
        {
            _asked.Remove(gone);
        }

        // Those that were not asked for the longest time come first.
        foreach (var (replica, headers) in wanted.Where(w => IsDue(w.Replica, now)).OrderBy(w => _asked.GetValueOrDefault(w.Replica).At).Take(MostAsksASecond))
        {
            _asked[replica] = (AskAsync(replica, headers, stoppingToken), now);
        }
    }

    private bool IsDue(ReplicaTracker replica, long now) =>
        !_asked.TryGetValue(replica, out var last) || (last.Asking.IsCompletedSuccessfully && time.GetElapsedTime(last.At, now) >= last.Asking.Result);

    /// <summary>How long it need not be asked again.</summary>
    private async Task<TimeSpan> AskAsync(ReplicaTracker replica, IReadOnlyDictionary<string, string> headers, CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, replica.Prefix + "/metrics") { Version = HttpVersion.Version11 };
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            var before = replica.InFlight;
            using var response = await upstream.Invoker.SendAsync(request, either.Token);
            if (!response.IsSuccessStatusCode || await ReadAsync(response.Content, either.Token) is not { } reading)
            {
                return AgainWithout;
            }

            replica.Read(reading, Math.Max(before, replica.InFlight));
            return Period / 2;
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or OperationCanceledException or IOException or UriFormatException or FormatException)
        {
            return AgainAfterFailure;
        }
    }

    private static async Task<ReplicaReading?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostBytes);
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MostBytes), MostBytes, throwOnEndOfStream: false, cancellationToken);
            return ReplicaMetricsReader.Read(buffer.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
