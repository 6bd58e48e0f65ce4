using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;

namespace Sky.Gateway.Admission;

/// <summary>
/// The requests of one service that wait for a replica, or for room on those there are: in the order of <see cref="FairQueue{T}"/>, bounded
/// in number, declared bytes and time. Whoever changes what replicas are usable, or makes room, calls <see cref="Review"/>.
/// </summary>
internal sealed class HoldQueue(ServiceState service, TimeProvider time)
{
    /// <summary>What a body of unknown length counts.</summary>
    public const long UnknownLength = 1 << 20;

    private readonly Lock _gate = new();
    private readonly FairQueue<HeldRequest> _waiting = new();
    private readonly Pace _pace = new(time);
    private readonly ReleaseRamp _ramp = new();
    private readonly DateTimeOffset _born = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();
    private volatile int _count;
    private bool _stopped;
    private double _sinces;

    public int Count => _count;

    /// <summary>How long one that comes now would wait, at the pace at which requests were released lately; null when none was.</summary>
    public double? ExpectedWaitSeconds
    {
        get
        {
            lock (_gate)
            {
                return _pace.SecondsFor(_waiting.Count + 1);
            }
        }
    }

    /// <summary>How long those that wait have waited so far, added up.</summary>
    public double WaitedSeconds
    {
        get
        {
            lock (_gate)
            {
                return _count == 0 ? 0 : Math.Max(0, (Seconds(time.GetUtcNow()) * _count) - _sinces);
            }
        }
    }

    /// <summary>Holds a request until a replica is there, it is refused, or <paramref name="clientGone"/>.</summary>
    public async Task<AdmissionResult> HoldAsync(GatewayRequest waiting, long bytes, CancellationToken clientGone)
    {
        waiting.Began ??= time.GetTimestamp();
        var request = new HeldRequest(waiting, bytes, time.GetUtcNow());
        if (TryEnqueue(request) is var refusal and not Refusal.None)
        {
            return AdmissionResult.Refuse(refusal);
        }

        // A replica may have come between the look at the snapshot and the place in the queue.
        Review();
        await using var leaving = clientGone.UnsafeRegister(
            static (state, _) => { var (queue, held) = ((HoldQueue, HeldRequest))state!; queue.Leave(held); },
            (this, request));
        return await request.Task;
    }

    /// <summary>Releases in order what replicas are there for, and refuses what is no longer worth waiting for.</summary>
    public void Review()
    {
        lock (_gate)
        {
            Release();
            RefuseWhere(ReasonToRefuse);
        }
    }

    /// <summary>Releases in order what there is room for now.</summary>
    public void Release()
    {
        lock (_gate)
        {
            while (_waiting.Peek() is { } first && MayRelease() && service.TryAdmit(first.Request) is { } lease)
            {
                _ramp.Released(time.GetElapsedTime(_start));
                first.Request.RampOf = this;
                _waiting.Take(first);
                Left(first);
                _pace.Released();
                first.Request.CountedWork = first.Work;
                first.Release(lease);
            }
        }
    }

    /// <summary>The answer to one that was released began, or it is over without one.</summary>
    public void LeftRamp(bool answered)
    {
        lock (_gate)
        {
            _ramp.Left(answered);
            Release();
        }
    }

    /// <summary>The work of a request that had waited was more or, negative, less than its turn was counted with.</summary>
    public void Correct(GatewayRequest request, long work)
    {
        lock (_gate)
        {
            _waiting.Correct(request.Caller.Priority, request.Caller.KeyId?.Value ?? "", work);
        }
    }

    /// <summary>Refuses everything from now on, because the gateway stops.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            RefuseWhere(ReasonToRefuse);
        }
    }

    private bool MayRelease()
    {
        var snapshot = service.Snapshot();
        return snapshot.Endpoints is { } endpoints
            && _ramp.MayRelease(snapshot.Usable.Length, Math.Max(endpoints.Hold.ReleaseAtOnce, endpoints.Limits?.ReplicaConcurrency ?? 0), time.GetElapsedTime(_start));
    }

    private Refusal TryEnqueue(HeldRequest request)
    {
        lock (_gate)
        {
            var limits = service.Snapshot().Endpoints?.Hold;
            if (!_waiting.TryAdd(request, limits?.MaxRequests ?? int.MaxValue, limits?.MaxBytes ?? long.MaxValue, out var shed))
            {
                return Refusal.HoldFull;
            }

            if (_waiting.Count == 1)
            {
                _ramp.Reset();
                _pace.Began();
            }

            request.Waits = true;
            _sinces += Seconds(request.Since);
            foreach (var one in shed)
            {
                Left(one);
                one.SetResult(AdmissionResult.Refuse(Refusal.Shed));
            }

            _count = _waiting.Count;
            return Refusal.None;
        }
    }

    private Refusal ReasonToRefuse(HeldRequest request)
    {
        var snapshot = service.Snapshot();
        if (_stopped)
        {
            return Refusal.Stopping;
        }

        if (snapshot.Endpoints is null)
        {
            return Refusal.ServiceGone;
        }

        var longest = Math.Min(snapshot.Endpoints.Hold.MaxSeconds, snapshot.Endpoints.Timeouts.TotalSeconds ?? double.MaxValue);
        if ((time.GetUtcNow() - request.Since).TotalSeconds >= longest)
        {
            return Refusal.HeldTooLong;
        }

        return snapshot.Usable.Length > 0 || snapshot.WorthHolding ? Refusal.None : Refusal.Hopeless;
    }

    private void RefuseWhere(Func<HeldRequest, Refusal> reason)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        foreach (var held in _waiting.All())
        {
            if (reason(held) is var refusal and not Refusal.None)
            {
                Remove(held);
                held.SetResult(AdmissionResult.Refuse(refusal));
            }
        }
    }

    private void Leave(HeldRequest request)
    {
        lock (_gate)
        {
            if (request.Waits)
            {
                Remove(request);
                request.SetResult(AdmissionResult.Refuse(Refusal.ClientGone));
            }
        }
    }

    private void Remove(HeldRequest request)
    {
        _waiting.Remove(request);
        Left(request);
    }

    private void Left(HeldRequest request)
    {
        request.Waits = false;
        _count = _waiting.Count;
        _sinces = _count == 0 ? 0 : _sinces - Seconds(request.Since);
    }

    private double Seconds(DateTimeOffset at) => (at - _born).TotalSeconds;
}
