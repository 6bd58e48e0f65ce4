using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Gateway.Hosting;

namespace Sky.Gateway.Ingress;

/// <summary>Counts requests, and says what becomes of those in flight when the gateway stops: how many there are, and how many were cut.</summary>
internal sealed partial class DrainWatch(GatewayOptions options, ILogger<DrainWatch> logger) : IHostedLifecycleService
{
    private CancellationToken _timeIsOver;
    private int _inFlight;
    private int _cut;

    public void Began() => Interlocked.Increment(ref _inFlight);

    /// <param name="aborted">The connection ended before the answer did.</param>
    public void Ended(bool aborted)
    {
        Interlocked.Decrement(ref _inFlight);

        // A client that leaves by itself does so before the drain time is over.
        if (aborted && _timeIsOver.IsCancellationRequested)
        {
            Interlocked.Increment(ref _cut);
        }
    }

    /// <param name="cancellationToken">The host's, which ends the drain: the server cuts what is left when it is cancelled.</param>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _timeIsOver = cancellationToken;
        Draining(logger, Volatile.Read(ref _inFlight), options.Drain.TotalSeconds);
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _cut) + Volatile.Read(ref _inFlight) is > 0 and var cut)
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
