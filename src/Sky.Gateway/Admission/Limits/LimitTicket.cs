namespace Sky.Gateway.Admission.Limits;

/// <summary>What one request has taken of the limits of its key and its service. It is settled or given back at most once, and left exactly once.</summary>
internal sealed class LimitTicket(Allowance? key, Allowance? service, TokenReserve reserve) : IDisposable
{
    private int _settled;
    private int _left;

    /// <summary>The allowance that the client is told of.</summary>
    public Allowance Told => key ?? service!;

    /// <summary>The request used this in the end. Without it, what was reserved stays used.</summary>
    public void Settle(long tokens, decimal cost)
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            key?.Settle(reserve, tokens, cost);
            service?.Settle(reserve, tokens, cost);
        }
    }

    /// <summary>The request got no replica: it counts as if it had not come.</summary>
    public void GiveBack()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            key?.GiveBack(reserve);
            service?.GiveBack(reserve);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
        {
            key?.Leave();
            service?.Leave();
        }
    }
}
