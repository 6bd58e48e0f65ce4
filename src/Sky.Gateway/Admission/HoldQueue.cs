using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing;

namespace Sky.Gateway.Admission;

/// <summary>
/// The requests of one service that wait for a replica: first come, first served, bounded in number, declared bytes and time.
/// Whoever changes what replicas are usable calls <see cref="Review"/>.
/// </summary>
internal sealed class HoldQueue(ServiceState service, TimeProvider time)
{
    /// <summary>What a body of unknown length counts.</summary>
    public const long UnknownLength = 1 << 20;

    private readonly Lock _gate = new();
    private readonly LinkedList<HeldRequest> _waiting = [];
    private long _bytes;
    private bool _stopped;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Holds a request until a replica is there, it is refused, or <paramref name="clientGone"/>.</summary>
    public async Task<AdmissionResult> HoldAsync(PickRequest pick, long bytes, CancellationToken clientGone)
    {
        var request = new HeldRequest(pick, bytes, time.GetUtcNow());
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
            while (_waiting.First is { } first && service.TryLease(first.Value.Pick) is { } lease)
            {
                Remove(first.Value);
                first.Value.Release(lease);
            }

            RefuseWhere(ReasonToRefuse);
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

    private Refusal TryEnqueue(HeldRequest request)
    {
        lock (_gate)
        {
            var limits = service.Snapshot().Endpoints?.Hold;
            if (limits is not null && (_waiting.Count >= limits.MaxRequests || _bytes + request.Bytes > limits.MaxBytes))
            {
                return Refusal.HoldFull;
            }

            request.Place = _waiting.AddLast(request);
            _bytes += request.Bytes;
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

        if (time.GetUtcNow() - request.Since >= TimeSpan.FromSeconds(snapshot.Endpoints.Hold.MaxSeconds))
        {
            return Refusal.HeldTooLong;
        }

        return snapshot.Usable.Length > 0 || snapshot.WorthHolding ? Refusal.None : Refusal.Hopeless;
    }

    private void RefuseWhere(Func<HeldRequest, Refusal> reason)
    {
        for (var node = _waiting.First; node is not null;)
        {
            var (held, next) = (node.Value, node.Next);
            if (reason(held) is var refusal and not Refusal.None)
            {
                Remove(held);
                held.SetResult(AdmissionResult.Refuse(refusal));
            }

            node = next;
        }
    }

    private void Leave(HeldRequest request)
    {
        lock (_gate)
        {
            if (request.Place is not null)
            {
                Remove(request);
                request.SetResult(AdmissionResult.Refuse(Refusal.ClientGone));
            }
        }
    }

    private void Remove(HeldRequest request)
    {
        _waiting.Remove(request.Place!);
        request.Place = null;
        _bytes -= request.Bytes;
    }
}
