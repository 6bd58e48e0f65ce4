using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Sky.Controller.Reconciling;
using Sky.Core.Planning;

namespace Sky.Controller.Probing;

/// <summary>Sends the probes that are due, each by itself; only so many at once that sockets do not run out.</summary>
internal sealed class ProbeLoop(ProbeSchedule schedule, IProber prober, TimeProvider time) : BackgroundService
{
    private const int AtOnce = 512;
    private readonly ConcurrentDictionary<ProbeTarget, Task> _running = new(ReferenceEqualityComparer.Instance);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var signal = new Signal(time);
        using var slots = new SemaphoreSlim(AtOnce);
        schedule.Changed += signal.Set;
        try
        {
            while (true)
            {
                Start(schedule.TakeDue(out var next), slots, stoppingToken);
                await signal.WaitAsync(next - time.GetUtcNow(), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            schedule.Changed -= signal.Set;
            await Task.WhenAll(_running.Values);
        }
    }

    private void Start(IReadOnlyList<ProbeTarget> due, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        foreach (var done in _running.Where(pair => pair.Value.IsCompleted))
        {
            _running.TryRemove(done);
        }

        foreach (var target in due)
        {
            _running[target] = ProbeAsync(target, slots, cancellationToken);
        }
    }

    private async Task ProbeAsync(ProbeTarget target, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        ProbeResult? result = null;
        try
        {
            await slots.WaitAsync(cancellationToken);
            try
            {
                result = await prober.ProbeAsync(target, cancellationToken);
            }
            finally
            {
                slots.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            schedule.Record(target, result);
        }
    }
}
