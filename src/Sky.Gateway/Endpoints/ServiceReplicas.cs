using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Gateway.LoadBalancing.Accounting;
using Sky.Gateway.Reporting;

namespace Sky.Gateway.Endpoints;

/// <summary>The replicas of one service that the controller names, and those that it no longer names as long as they have requests. Not safe for concurrent use.</summary>
internal sealed class ServiceReplicas(ReportSignal report, RoundTrips ways, TimeProvider time)
{
    private readonly Dictionary<ReplicaId, ReplicaTracker> _trackers = [];
    private readonly TypicalRate _typical = new();

    public ReplicaTracker[] All => [.. _trackers.Values];

    /// <param name="named">These are all that the controller names.</param>
    /// <param name="slowStart">A new one gets its share bit by bit, because others can take the rest.</param>
    public void Apply(IReadOnlyList<ReplicaEndpoint> named, bool slowStart)
    {
        foreach (var replica in named)
        {
            if (_trackers.TryGetValue(replica.Id, out var tracker))
            {
                tracker.Update(replica);
                continue;
            }

            tracker = new ReplicaTracker(replica, report.Raise, _typical, time) { Way = ways.To(replica.Address) };
            _trackers.Add(replica.Id, tracker);
            if (slowStart)
            {
                tracker.BeginSlowStart();
            }
        }

        foreach (var tracker in All.Where(tracker => !named.Any(replica => replica.Id == tracker.Id)))
        {
            Retire(tracker);
        }
    }

    private void Retire(ReplicaTracker tracker)
    {
        tracker.Retire();
        if (tracker.InFlight == 0)
        {
            _trackers.Remove(tracker.Id);
            ways.Forget(new Uri(tracker.Prefix));
        }
    }
}
