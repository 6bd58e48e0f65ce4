using Sky.Core.Endpoints;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Gateway.Health.Outliers;
using Sky.Gateway.Health.ReplicaMetrics;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.LoadBalancing.Accounting;

namespace Sky.Gateway.Endpoints;

/// <summary>What this gateway itself knows of one replica. It outlives snapshots, so that counts stay true when the set of replicas changes.</summary>
internal sealed class ReplicaTracker
{
    private readonly Action _drained;
    private int _inFlight;
    private volatile bool _draining;
    private volatile bool _suspect;
    private double _targetQps = 1;
    private readonly TimeProvider _time;
    private long _slowSince = long.MinValue;
    private long _easedUntil = long.MinValue;

    /// <param name="endpoint">The replica as first heard of.</param>
    /// <param name="drained">Called when the last request leaves a draining replica.</param>
    /// <param name="typical">What the service's other replicas were measured at.</param>
    /// <param name="time">The clock.</param>
    public ReplicaTracker(ReplicaEndpoint endpoint, Action drained, TypicalRate typical, TimeProvider time)
    {
        (_drained, _time) = (drained, time);
        Load = new ReplicaLoad(typical, time);
        Id = endpoint.Id;
        Hash = SessionPolicy.Mix((ulong)endpoint.Id.Value);
        Prefix = "";
        Update(endpoint);
    }

    public ReplicaId Id { get; }

    /// <summary>Its id as a number without order, for hashing.</summary>
    public ulong Hash { get; }

    public int Version { get; private set; }

    /// <summary>Scheme, host and port, without a slash at the end; plain also where the connection itself has TLS (see <see cref="NodeHost.Within"/>).</summary>
    public string Prefix { get; private set; }

    /// <summary>What it has to do.</summary>
    public ReplicaLoad Load { get; }

    /// <summary>Tokens that its prefix cache can keep, as it says itself; null when not known.</summary>
    public long? CacheTokens { get; set; }

    /// <summary>What it made of its requests.</summary>
    public OutcomeRecord Outcomes { get; } = new();

    /// <summary>The way to it and back.</summary>
    public RoundTrip Way { get; init; } = new();

    /// <summary>What it costs an hour; 0 where nothing is paid.</summary>
    public double HourlyPrice { get; private set; }

    public double TargetQps => _targetQps;

    public int InFlight => Volatile.Read(ref _inFlight);

    public bool Draining => _draining;

    /// <summary>Its node is to be emptied or taken away.</summary>
    public bool Leaving { get; private set; }

    /// <summary>A connection failed and no probe has passed since.</summary>
    public bool Suspect
    {
        get => _suspect;
        set => _suspect = value;
    }

    public bool Usable => !_draining && !_suspect;

    /// <summary>What part of a whole replica's share it is to get now: 1 but for a time after <see cref="BeginSlowStart"/> and <see cref="EaseFor"/>.</summary>
    /// <param name="window">How long a slow start takes.</param>
    public double Share(TimeSpan window)
    {
        var (slow, eased) = (Volatile.Read(ref _slowSince), Volatile.Read(ref _easedUntil));
        if (slow == long.MinValue && eased == long.MinValue)
        {
            return 1;
        }

        var now = _time.GetTimestamp();
        if (now < eased)
        {
            return GradualShare.LeastShare;
        }

        return slow == long.MinValue || window <= TimeSpan.Zero
            ? 1
            : Math.Clamp(_time.GetElapsedTime(slow, now) / window, GradualShare.LeastShare, 1);
    }

    /// <summary>From now on it gets its share little by little.</summary>
    public void BeginSlowStart() => Volatile.Write(ref _slowSince, _time.GetTimestamp());

    /// <summary>It asked for less: for this long it gets the least.</summary>
    public void EaseFor(TimeSpan time) => Volatile.Write(ref _easedUntil, _time.GetTimestamp() + (long)(time.TotalSeconds * _time.TimestampFrequency));

    public void Update(ReplicaEndpoint endpoint)
    {
        Prefix = NodeHost.Within(endpoint.Address).GetLeftPart(UriPartial.Authority);
        Version = endpoint.Version;
        _targetQps = endpoint.TargetQps > 0 ? endpoint.TargetQps : 1;
        HourlyPrice = endpoint.HourlyPrice;
        Leaving = endpoint.Leaving;
        _draining = endpoint.Draining;
    }

    /// <summary>Its own metrics were read.</summary>
    /// <param name="reading">What they say.</param>
    /// <param name="own">The most requests of this gateway that may be among those it speaks of.</param>
    public void Read(in ReplicaReading reading, int own)
    {
        CacheTokens = reading.CacheTokens ?? CacheTokens;
        Load.Told(reading.Running, reading.Waiting, reading.MemoryInUse, own);
    }

    /// <summary>It gets nothing new, because the controller no longer names it.</summary>
    public void Retire() => _draining = true;

    /// <summary>
    /// Null when the replica drains. The count goes up before the flag is looked at: whoever sets the flag and then reads zero
    /// can be sure that no request is on its way to the replica.
    /// </summary>
    public ReplicaLease? TryAcquire(PickRequest request, int cachedTokens = 0)
    {
        Interlocked.Increment(ref _inFlight);
        if (!_draining)
        {
            return new ReplicaLease(this, Load.Begin(request, cachedTokens));
        }

        Release();
        return null;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && _draining)
        {
            _drained();
        }
    }
}
