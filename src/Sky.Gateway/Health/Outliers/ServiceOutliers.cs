using Sky.Core.Specs;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Health.Outliers;

/// <summary>Keeps the detector of one service, and has the service change its replicas when it decides something.</summary>
internal sealed class ServiceOutliers(ServiceState service, TimeProvider time)
{
    /// <summary>For how long a replica that asks for less gets less: what it says, within these bounds.</summary>
    private static readonly TimeSpan LeastEase = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostEase = TimeSpan.FromSeconds(60);

    private readonly Lock _deciding = new();
    private readonly OutlierDetector _detector = new();
    private readonly long _start = time.GetTimestamp();
    private int _ejections;

    /// <summary>Ejections since the start.</summary>
    public int Ejections => Volatile.Read(ref _ejections);

    /// <summary>An attempt is over. True: its replica is ejected from now on.</summary>
    public bool Count(ReplicaTracker replica, ReplicaVerdict verdict, TimeSpan? retryAfter)
    {
        switch (verdict)
        {
            case ReplicaVerdict.Success:
                replica.Outcomes.Succeeded();
                return false;
            case ReplicaVerdict.Busy:
                Ease(replica, retryAfter ?? LeastEase);
                return false;
            case ReplicaVerdict.Failure:
                replica.Outcomes.Failed();
                return EjectIfDue(replica);
            default:
                return false;
        }
    }

    /// <summary>Called about once a second. Replicas whose share is whole again, or that come back, are taken up.</summary>
    /// <returns>The replicas that were ejected, or that came back, just now.</returns>
    public IReadOnlyList<ReplicaTracker> Review()
    {
        var snapshot = service.Snapshot();
        if (snapshot.Replicas.Length == 0)
        {
            return [];
        }

        var before = Array.ConvertAll(snapshot.Replicas, replica => replica.Outcomes.Ejected);
        lock (_deciding)
        {
            _detector.Review(Living(snapshot), Rules(snapshot), time.GetElapsedTime(_start));
        }

        var changed = snapshot.Replicas.Where((replica, index) => replica.Outcomes.Ejected != before[index]).ToArray();
        foreach (var replica in changed)
        {
            if (replica.Outcomes.Ejected)
            {
                Interlocked.Increment(ref _ejections);
            }
            else
            {
                replica.BeginSlowStart();
            }
        }

        if (changed.Length > 0 || snapshot.Usable.Count(replica => replica.Share(snapshot.SlowStart) >= 1) != snapshot.Settled.Length)
        {
            service.Refresh();
        }

        return changed;
    }

    private bool EjectIfDue(ReplicaTracker replica)
    {
        var snapshot = service.Snapshot();
        lock (_deciding)
        {
            if (!OutlierDetector.Failed(replica.Outcomes, Living(snapshot), Rules(snapshot), time.GetElapsedTime(_start)))
            {
                return false;
            }
        }

        Interlocked.Increment(ref _ejections);
        service.Refresh();
        return true;
    }

    private void Ease(ReplicaTracker replica, TimeSpan wish)
    {
        var eased = replica.Share(TimeSpan.Zero) < 1;
        replica.EaseFor(wish < LeastEase ? LeastEase : wish > MostEase ? MostEase : wish);
        if (!eased)
        {
            service.Refresh();
        }
    }

    private static OutlierSpec Rules(ServiceSnapshot snapshot) => snapshot.Endpoints?.Outliers ?? OutlierSpec.Default;

    private static OutcomeRecord[] Living(ServiceSnapshot snapshot) => [.. snapshot.Replicas.Where(replica => !replica.Draining).Select(replica => replica.Outcomes)];
}
