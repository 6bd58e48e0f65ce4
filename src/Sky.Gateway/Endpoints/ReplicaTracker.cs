using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Endpoints;

/// <summary>What this gateway itself knows of one replica. It outlives snapshots, so that counts stay true when the set of replicas changes.</summary>
internal sealed class ReplicaTracker
{
    private readonly Action _drained;
    private int _inFlight;
    private volatile bool _draining;
    private volatile bool _suspect;
    private double _targetQps = 1;

    /// <param name="endpoint">The replica as first heard of.</param>
    /// <param name="drained">Called when the last request leaves a draining replica.</param>
    public ReplicaTracker(ReplicaEndpoint endpoint, Action drained)
    {
        _drained = drained;
        Id = endpoint.Id;
        Prefix = "";
        Update(endpoint);
    }

    public ReplicaId Id { get; }

    public int Version { get; private set; }

    /// <summary>Scheme, host and port, without a slash at the end.</summary>
    public string Prefix { get; private set; }

    public double TargetQps => _targetQps;

    public int InFlight => Volatile.Read(ref _inFlight);

    public bool Draining => _draining;

    /// <summary>A connection failed and no probe has passed since.</summary>
    public bool Suspect
    {
        get => _suspect;
        set => _suspect = value;
    }

    public bool Usable => !_draining && !_suspect;

    public void Update(ReplicaEndpoint endpoint)
    {
        Prefix = endpoint.Address.GetLeftPart(UriPartial.Authority);
        Version = endpoint.Version;
        _targetQps = endpoint.TargetQps > 0 ? endpoint.TargetQps : 1;
        _draining = endpoint.Draining;
    }

    /// <summary>It gets nothing new, because the controller no longer names it.</summary>
    public void Retire() => _draining = true;

    /// <summary>
    /// Null when the replica drains. The count goes up before the flag is looked at: whoever sets the flag and then reads zero
    /// can be sure that no request is on its way to the replica.
    /// </summary>
    public ReplicaLease? TryAcquire()
    {
        Interlocked.Increment(ref _inFlight);
        if (!_draining)
        {
            return new ReplicaLease(this);
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
