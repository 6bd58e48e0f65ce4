using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Hosting;

namespace Sky.Gateway.Ingress;

/// <summary>Says what becomes of the requests in flight when the gateway stops: how many there are, and how many were cut.</summary>
internal sealed partial class DrainWatch(GatewayOptions options, EndpointTable table, ILogger<DrainWatch> logger) : IHostedLifecycleService
{
    private CancellationToken _timeIsOver;
    private int _cut;

    private int InFlight => table.Current.All.Sum(service => service.Held.Count + service.Snapshot().Replicas.Sum(replica => replica.InFlight));

    /// <summary>One request is over. Costs nothing before the drain time is.</summary>
    public void Ended(HttpContext context)
    {
        // A client that leaves by itself does so before the drain time is over.
        if (_timeIsOver.IsCancellationRequested && context.RequestAborted.IsCancellationRequested)
        {
            Interlocked.Increment(ref _cut);
        }
    }

    /// <param name="cancellationToken">The host's, which ends the drain: the server cuts what is left when it is cancelled.</param>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _timeIsOver = cancellationToken;
        Draining(logger, InFlight, options.Drain.TotalSeconds);
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _cut) + InFlight is > 0 and var cut)
        {
            Cut(logger, cut);
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4040, LogLevel.Information, "Stopping: no new requests; {Count} in flight may finish for {Seconds} s")]
    private static partial void Draining(ILogger logger, int count, double seconds);

    [LoggerMessage(4041, LogLevel.Warning, "Stopped: cut {Count} in flight that did not finish in time")]
    private static partial void Cut(ILogger logger, int count);
}
