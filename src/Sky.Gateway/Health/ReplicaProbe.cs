using System.Net.Sockets;
using System.Collections.Concurrent;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;

namespace Sky.Gateway.Health;

/// <summary>Asks a replica, with its service's own readiness probe, whether it is there.</summary>
internal sealed class ReplicaProbe(UpstreamClient upstream, TimeProvider time)
{
    private readonly ConcurrentDictionary<ReplicaTracker, Lazy<Task<bool>>> _running = [];

    /// <summary>Whether its probe passes. False too when it does not within the probe's time.</summary>
    public async Task<bool> PassesAsync(ReplicaTracker replica, ReadinessProbeSpec probe, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Clamp(probe.TimeoutSeconds, 0.1, 3600)), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = ProbeRequest.Make(replica.Prefix, probe);
            using var response = await upstream.Invoker.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or OperationCanceledException or IOException or UriFormatException or FormatException)
        {
            return false;
        }
    }

    /// <summary>The same for many that ask at once, such as all the requests that one replica broke: they share one probe.</summary>
    public async Task<bool> SharedAsync(ReplicaTracker replica, ReadinessProbeSpec probe, CancellationToken cancellationToken)
    {
        var running = _running.GetOrAdd(replica, one => new Lazy<Task<bool>>(() => ForAllAsync(one, probe)));
        return await running.Value.WaitAsync(cancellationToken);
    }

    private async Task<bool> ForAllAsync(ReplicaTracker replica, ReadinessProbeSpec probe)
    {
        try
        {
            return await PassesAsync(replica, probe, CancellationToken.None);
        }
        finally
        {
            _running.TryRemove(replica, out _);
        }
    }
}
