using Microsoft.Extensions.Hosting;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Controller.Reconciling;

/// <summary>
/// Lists the engine again and again and asks for a look at services whose replicas changed there: often while something changes,
/// seldom when nothing does, and never so often that the listing itself becomes work.
/// </summary>
internal sealed class EngineWatch(EngineObserver engine, WorkQueue queue, Orphans orphans, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1);
    private const double Growth = 1.25;
    private const int ListingShare = 20;
    private readonly Signal _signal = new(time);

    /// <summary>Something may just have ended: list at once.</summary>
    public void LookNow() => _signal.Set();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Observation? before = null;
        var warned = false;
        var gap = Fastest;
        try
        {
            while (true)
            {
                var began = time.GetTimestamp();
                var mark = engine.Mark();
                var now = await engine.ObserveAsync(0, TimeSpan.Zero, stoppingToken);
                warned = warned || await orphans.WarnAsync(now, stoppingToken);
                var changed = before is null ? [] : Changed(before, now);
                foreach (var service in changed)
                {
                    queue.Add(service);
                }

                // A mark beyond the last listing of ours means that passes list too: something is going on.
                var busy = changed.Count > 0 || mark > (before?.Sequence ?? 0);
                gap = busy ? Fastest : Min(gap * Growth, Slowest);
                before = now;
                await _signal.WaitAsync(Max(gap, time.GetElapsedTime(began) * ListingShare), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private static List<ServiceName> Changed(Observation before, Observation now)
    {
        if (before.Services is null || now.Services is null)
        {
            return [];
        }

        return [.. before.Services.Keys.Union(now.Services.Keys).Where(service => !Same(before.Of(service)!, now.Of(service)!))];
    }

    private static bool Same(IReadOnlyDictionary<ReplicaId, EngineReplica> before, IReadOnlyDictionary<ReplicaId, EngineReplica> now) =>
        before.Count == now.Count
        && now.All(pair => before.TryGetValue(pair.Key, out var old)
            && (old with { Exit = null }) == (pair.Value with { Exit = null })
            && (old.Exit is null) == (pair.Value.Exit is null));

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
