using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Admission;
using Sky.Gateway.Admission.Limits;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Forwarding.Hedging;
using Sky.Gateway.Health.Outliers;
using Sky.Gateway.Ingress;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.LoadBalancing.Accounting;
using Sky.Gateway.Reporting;
using Sky.Gateway.Routing;

namespace Sky.Gateway.Endpoints;

/// <summary>One service at this gateway: the present snapshot, and what outlives snapshots (counts, held requests, arrivals).</summary>
internal sealed class ServiceState
{
    private readonly Lock _changing = new();
    private readonly ServiceReplicas _replicas;
    private readonly ReportSignal _report;
    private readonly ForwardingLimits _limits;
    private readonly TimeProvider _time;
    private volatile ServiceSnapshot _snapshot;
    private volatile IReadOnlyList<string> _listedModels = [];

    public ServiceState(ServiceName name, ForwardingLimits limits, ReportSignal report, RoundTrips ways, TimeProvider time)
    {
        Name = name;
        PathPrefix = $"/services/{name.Value}";
        _report = report;
        _limits = limits;
        _replicas = new ServiceReplicas(report, ways, time);
        _time = time;
        _snapshot = Snapshot(null, LoadBalancingPolicies.Create(LoadBalancingPolicies.Default, time, Random.Shared));
        Arrivals = new ArrivalCounter(time);
        Held = new HoldQueue(this, time);
        Limits = new Allowance(time);
        Outliers = new ServiceOutliers(this, time);
    }

    public ServiceName Name { get; }

    /// <summary>What it is called in metrics; given at the first one.</summary>
    public string? SeriesName { get; set; }

    /// <summary>What <c>X-Forwarded-Prefix</c> says when the service was named by the path.</summary>
    public string PathPrefix { get; }

    public ArrivalCounter Arrivals { get; }

    /// <summary>What was done here, for the autoscaler.</summary>
    public WorkCounter Work { get; } = new();

    public HoldQueue Held { get; }

    /// <summary>What all callers together may still use at this gateway.</summary>
    public Allowance Limits { get; }

    /// <summary>Room on its replicas, where that is limited.</summary>
    public ServiceRoom Room { get; } = new();

    public ServiceOutliers Outliers { get; }

    public RetryBudget Retries { get; } = new();

    public ServiceHedging Hedging { get; } = new();

    public ServiceSnapshot Snapshot() => _snapshot;

    /// <summary>What its replicas listed at <c>/v1/models</c>, as last heard; empty when nothing is known.</summary>
    public IReadOnlyList<string> ListedModels
    {
        get => _listedModels;
        set => _listedModels = value;
    }

    /// <summary>A replica for a request, and room on it; null when either is missing. Room that it had elsewhere is given up.</summary>
    public ReplicaLease? TryAdmit(GatewayRequest request)
    {
        if (request.RoomOf != this)
        {
            request.LeaveRoom();
        }

        if (_snapshot.Capacity is not { } capacity || request.RoomOf == this)
        {
            return TryLease(request);
        }

        if (!Room.TryTake(capacity))
        {
            return null;
        }

        if (TryLease(request) is { } lease)
        {
            request.RoomOf = this;
            return lease;
        }

        Room.Leave();
        return null;
    }

    /// <summary>A request that had room is over.</summary>
    public void Leave()
    {
        Room.Leave();
        if (Held.Count > 0)
        {
            Held.Release();
        }
    }

    /// <summary>Takes over what the controller says; null: the service is gone. Held requests go on, or are refused, at once.</summary>
    public void Apply(ServiceEndpoints? endpoints)
    {
        lock (_changing)
        {
            _replicas.Apply(endpoints?.Replicas ?? [], slowStart: _snapshot.Usable.Length > 0);
            ApplyLimits(endpoints?.Limits);
            var policy = _snapshot.Policy;
            if (endpoints is not null && !string.Equals(policy.Name, endpoints.LoadBalancingPolicy, StringComparison.OrdinalIgnoreCase))
            {
                policy = LoadBalancingPolicies.Create(endpoints.LoadBalancingPolicy, _time, Random.Shared);
            }

            if (policy is AutoPolicy auto && endpoints is not null)
            {
                auto.Weights = endpoints.Weights ?? new AutoWeights();
            }

            _snapshot = Snapshot(endpoints, policy);
        }

        Held.Review();
        _report.Raise();
    }

    /// <summary>Takes over what this gateway may use of the limits; nothing where there are none any more.</summary>
    public void Grant(LimitSlice slice)
    {
        if (!Limits.Slice.IsUnlimited)
        {
            Limits.Apply(slice with { Concurrency = null });
        }

        if (_snapshot.Capacity is not null)
        {
            Room.Slice = slice.Concurrency;
            Held.Review();
        }
    }

    /// <summary>Takes a replica out of rotation, or back into it. False when it was so already.</summary>
    public bool SetSuspect(ReplicaTracker replica, bool suspect)
    {
        lock (_changing)
        {
            if (replica.Suspect == suspect)
            {
                return false;
            }

            replica.Suspect = suspect;
            if (!suspect)
            {
                replica.BeginSlowStart();
            }
        }

        Refresh();
        return true;
    }

    /// <summary>Looks anew at which replicas may get requests, and how many.</summary>
    public void Refresh()
    {
        lock (_changing)
        {
            _snapshot = Snapshot(_snapshot.Endpoints, _snapshot.Policy);
        }

        Held.Review();
        _report.Raise();
    }

    /// <summary>A replica for one request, or null when none is usable.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tried">Those it has been to.</param>
    /// <param name="beside">The one that it is at still: where versions share the requests, only others of that version will do.</param>
    public ReplicaLease? TryLease(GatewayRequest request, IReadOnlyCollection<ReplicaTracker>? tried = null, ReplicaTracker? beside = null)
    {
        while (true)
        {
            var snapshot = _snapshot;
            request.Split = snapshot.Split;
            var candidates = snapshot.Split?.For(request) ?? new Candidates(snapshot.Usable, snapshot.Settled);
            var usable = beside is not null ? Array.FindAll(candidates.Usable, replica => snapshot.MayBeBeside(replica, beside))
                : tried is null ? candidates.Usable : Untried(snapshot, candidates.Usable, tried);
            if (usable.Length == 0)
            {
                return null;
            }

            var pick = tried is null && beside is null ? GradualShare.Pick(snapshot, candidates, request.Pick, Random.Shared) : snapshot.Policy.Pick(request.Pick, usable);
            request.Decision?.Note(Name, snapshot.Policy, usable, request.Pick, pick, snapshot.SlowStart);
            if (pick.Replica.TryAcquire(request.Pick, pick.CachedTokens) is { } lease)
            {
                snapshot.Policy.Sent(request.Pick, pick);
                return lease;
            }

            if (ReferenceEquals(snapshot, _snapshot))
            {
                // The replica began to drain and the snapshot that says so is being made.
                lock (_changing)
                {
                }
            }
        }
    }

    /// <summary>Those of the request's version; of any, when it has been to all of that.</summary>
    private static ReplicaTracker[] Untried(ServiceSnapshot snapshot, ReplicaTracker[] usable, IReadOnlyCollection<ReplicaTracker> tried)
    {
        var untried = Array.FindAll(usable, r => !tried.Contains(r));
        return untried.Length > 0 || snapshot.Split is null ? untried : Array.FindAll(snapshot.Usable, r => !tried.Contains(r));
    }

    private void ApplyLimits(ServiceLimitsSpec? limits)
    {
        if (limits != _snapshot.Endpoints?.Limits)
        {
            Limits.Apply(new LimitSlice { RequestsPerMinute = limits?.RequestsPerMinute, TokensPerMinute = limits?.TokensPerMinute });
            Room.Slice = null;
        }
    }

    private ServiceSnapshot Snapshot(ServiceEndpoints? endpoints, ILoadBalancingPolicy policy) => ServiceSnapshot.Of(endpoints, _replicas.All, policy, _limits);
}
