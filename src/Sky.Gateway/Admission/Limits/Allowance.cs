using Sky.Core.Keys;

namespace Sky.Gateway.Admission.Limits;

/// <summary>What one key, or one service, may still use at this gateway. It outlives changes of the limits. Without locks on the way of requests.</summary>
internal sealed class Allowance(TimeProvider time)
{
    /// <summary>Money is counted in millionths of a millionth of a dollar: fine enough for one token, and enough for a million dollars.</summary>
    private const decimal Unit = 1e-12m;

    /// <summary>The controller is told once a second what was wanted, and grants it if it is there.</summary>
    private static readonly TimeSpan UntilGranted = TimeSpan.FromSeconds(1);

    private readonly Lock _changing = new();
    private readonly RateBucket _requests = new(time);
    private readonly RateBucket _tokens = new(time);
    private volatile LimitSlice _slice = LimitSlice.Unlimited;
    private long _granted;
    private long _reservedOrSpent;
    private long _spent;
    private int _inFlight;
    private long _askedRequests;
    private long _askedTokens;
    private long _askedMoney;
    private long _lacking;
    private long _toldLacking;

    public LimitSlice Slice => _slice;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>US dollars that settled requests cost, since the start of this gateway.</summary>
    public decimal Spent => Volatile.Read(ref _spent) * Unit;

    /// <summary>The same, and what is reserved for requests in flight.</summary>
    public decimal ReservedOrSpent => Volatile.Read(ref _reservedOrSpent) * Unit;

    /// <summary>Requests, tokens and dollars that were asked for since the start, refused ones included: the demand that slices follow.</summary>
    public (long Requests, long Tokens, decimal Money) Asked =>
        (Volatile.Read(ref _askedRequests), Volatile.Read(ref _askedTokens), Volatile.Read(ref _askedMoney) * Unit);

    public void Apply(LimitSlice slice)
    {
        lock (_changing)
        {
            var before = _slice;
            Rescale(_requests, before.RequestsPerMinute, slice.RequestsPerMinute);
            Rescale(_tokens, before.TokensPerMinute, slice.TokensPerMinute);
            Volatile.Write(ref _granted, ToUnits(slice.Money ?? 0));
            Volatile.Write(ref _toldLacking, Interlocked.Exchange(ref _lacking, 0));
            _slice = slice;
        }
    }

    /// <summary>Takes all or nothing. What is taken is given back by <see cref="GiveBack"/> or settled by <see cref="Settle"/>, and in any case <see cref="Leave"/>d.</summary>
    /// <param name="reserve">What the request may use.</param>
    /// <param name="ofService">Whose allowance this is, for the refusal.</param>
    public LimitRefusal TryTake(in TokenReserve reserve, bool ofService)
    {
        var slice = _slice;
        var money = ToUnits(reserve.Cost);
        Interlocked.Increment(ref _askedRequests);
        Interlocked.Add(ref _askedTokens, reserve.Tokens);
        Interlocked.Add(ref _askedMoney, money);
        if (Interlocked.Increment(ref _inFlight) > (slice.Concurrency ?? int.MaxValue))
        {
            Leave();
            return new LimitRefusal(LimitKind.Concurrency, ofService, slice.Concurrency!.Value, null);
        }

        var refusal = TakeRates(slice, reserve, ofService);
        if (refusal.Kind is LimitKind.None && slice.Money is { } budget && !TryReserve(money))
        {
            refusal = new LimitRefusal(LimitKind.Budget, ofService, (long)budget, WaitForMoney(money));
            GiveBackRates(slice, reserve);
        }

        if (refusal.Kind is not LimitKind.None)
        {
            Leave();
        }

        return refusal;
    }

    /// <summary>Nothing was sent: it was as if the request had never come.</summary>
    public void GiveBack(in TokenReserve reserve)
    {
        GiveBackRates(_slice, reserve);
        Interlocked.Add(ref _reservedOrSpent, -ToUnits(reserve.Cost));
    }

    /// <summary>What the request used in the end takes the place of what was reserved.</summary>
    public void Settle(in TokenReserve reserve, long tokens, decimal cost)
    {
        if (_slice.TokensPerMinute is { } perMinute)
        {
            _tokens.Adjust(tokens - Taken(reserve, perMinute), perMinute);
        }

        var units = ToUnits(cost);
        Interlocked.Add(ref _reservedOrSpent, units - ToUnits(reserve.Cost));
        Interlocked.Add(ref _spent, units);
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>What is left of the requests of a minute, and when all are there again; null where they are not limited.</summary>
    public (long Limit, long Remaining, TimeSpan Reset)? Requests =>
        _slice.RequestsPerMinute is { } limit ? (limit, _requests.Remaining(limit), _requests.UntilFull) : null;

    /// <summary>The same of the tokens.</summary>
    public (long Limit, long Remaining, TimeSpan Reset)? Tokens =>
        _slice.TokensPerMinute is { } limit ? (limit, _tokens.Remaining(limit), _tokens.UntilFull) : null;

    private LimitRefusal TakeRates(LimitSlice slice, in TokenReserve reserve, bool ofService)
    {
        if (slice.TokensPerMinute < reserve.Prompt)
        {
            return new LimitRefusal(LimitKind.TooManyTokens, ofService, slice.TokensPerMinute.Value, null);
        }

        if (slice.RequestsPerMinute is { } requests && !_requests.TryTake(1, requests, out var wait))
        {
            return new LimitRefusal(LimitKind.Requests, ofService, requests, wait);
        }

        if (slice.TokensPerMinute is { } tokens && !_tokens.TryTake(Taken(reserve, tokens), tokens, out wait))
        {
            GiveBackRates(slice with { TokensPerMinute = null }, reserve);
            return new LimitRefusal(LimitKind.Tokens, ofService, tokens, wait);
        }

        return LimitRefusal.None;
    }

    private void GiveBackRates(LimitSlice slice, in TokenReserve reserve)
    {
        if (slice.RequestsPerMinute is { } requests)
        {
            _requests.Adjust(-1, requests);
        }

        if (slice.TokensPerMinute is { } tokens)
        {
            _tokens.Adjust(-Taken(reserve, tokens), tokens);
        }
    }

    /// <summary>A long answer that may not come to its end does not keep a request out for ever: a full bucket is enough, and the rest is owed.</summary>
    private static long Taken(in TokenReserve reserve, long perMinute) => Math.Min(reserve.Tokens, perMinute);

    private bool TryReserve(long money)
    {
        // One that has used up everything gets nothing more, not even what is estimated to cost nothing.
        var used = Interlocked.Add(ref _reservedOrSpent, money);
        var granted = Volatile.Read(ref _granted);
        if (used <= granted && used - money < granted)
        {
            return true;
        }

        Interlocked.Add(ref _reservedOrSpent, -money);
        return false;
    }

    /// <summary>
    /// Slices of a budget are parts of what is left of it: what is more than the slice may come with the next one. Null where nothing is left of it, or where
    /// the next one has come and was too small still.
    /// </summary>
    private TimeSpan? WaitForMoney(long money)
    {
        if (Volatile.Read(ref _reservedOrSpent) >= Volatile.Read(ref _granted) || money <= Volatile.Read(ref _toldLacking))
        {
            return null;
        }

        Volatile.Write(ref _lacking, Math.Max(money, Volatile.Read(ref _lacking)));
        return UntilGranted;
    }

    private static void Rescale(RateBucket bucket, long? before, long? after)
    {
        if (before is { } old && after is { } now)
        {
            bucket.Rescale(old, now);
        }
    }

    private static long ToUnits(decimal money) => (long)Math.Clamp(money / Unit, 0, long.MaxValue / 4);
}
