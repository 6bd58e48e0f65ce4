namespace Sky.Gateway.LoadBalancing.Accounting;

/// <summary>
/// What one replica has to do, by this gateway's own accounting: it goes up when a request is sent and comes down at its first token and its
/// end, so that no policy waits for a replica's own metrics. Safe for concurrent use; readers may see a request half counted.
/// </summary>
internal sealed class ReplicaLoad(TypicalRate typical, TimeProvider time)
{
    /// <summary>Of what the rate is measured by, this share stays with each further prompt: about the last twenty count.</summary>
    private const double RateMemory = 0.95;

    /// <summary>Shorter prompts say more about overhead than about the rate.</summary>
    private const int LeastMeasured = 64;

    /// <summary>A prompt of unknown length, in tokens.</summary>
    private const double UnknownPrompt = 512;

    /// <summary>Readings of the replica's own metrics that are older say nothing of now.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Lock _measuring = new();
    private volatile OthersLoad? _others;
    private long _pendingPrefill;
    private long _outstanding;
    private long _resident;
    private int _prefilling;
    private int _answering;
    private long _lastFirstToken = long.MinValue;
    private double _measuredTokens;
    private double _measuredSeconds;
    private double _prefillRate;
    private double _prompt;

    /// <summary>Tokens of prompts that wait for their first token, less what the replica is expected to have cached.</summary>
    public long PendingPrefill => Math.Max(0, Volatile.Read(ref _pendingPrefill));

    /// <summary>Tokens still to be computed or written: uncached prompts and expected answers of all requests in flight.</summary>
    public long Outstanding => Math.Max(0, Volatile.Read(ref _outstanding));

    /// <summary>Tokens that the requests in flight hold in the replica's memory.</summary>
    public long Resident => Math.Max(0, Volatile.Read(ref _resident));

    /// <summary>Requests without a first token.</summary>
    public int Prefilling => Volatile.Read(ref _prefilling);

    /// <summary>Requests whose answers are being written.</summary>
    public int Answering => Volatile.Read(ref _answering);

    /// <summary>Tokens of prompts a second, as measured; before that, what is typical of the service.</summary>
    public double PrefillRate => Volatile.Read(ref _prefillRate) is > 0 and var measured ? measured : typical.Value;

    /// <summary>Time to first token, network included.</summary>
    public PeakEwma TimeToFirstToken { get; } = new(time);

    /// <summary>What was sent to it lately; kept and guarded by the policy that uses it.</summary>
    public DecayingSum Assigned { get; } = new();

    /// <summary>What others than this gateway have sent it, as it said a moment ago; null when it did not.</summary>
    public OthersLoad? Others(long now) => _others is { } others && time.GetElapsedTime(others.At, now) < Fresh ? others : null;

    /// <summary>The replica has told what it has to do.</summary>
    /// <param name="running">Requests it works on.</param>
    /// <param name="waiting">Requests in its queue.</param>
    /// <param name="memoryInUse">Share of its memory; null when it does not say.</param>
    /// <param name="own">The most requests of this gateway that may be among them: only what is more is of others.</param>
    public void Told(int running, int waiting, double? memoryInUse, int own)
    {
        var others = (int)Math.Clamp((long)running + waiting - own, 0, int.MaxValue);
        var othersWaiting = Math.Min(waiting, others);
        _others = new OthersLoad(others - othersWaiting, othersWaiting, memoryInUse, time.GetTimestamp());
    }

    /// <summary>Seconds until a prompt sent now would be begun: what is pending, less what of its first one must be done by now, and what others have queued.</summary>
    public double WaitSeconds(long now) => OwnWaitSeconds(now) + (Others(now) is { Waiting: > 0 and var waiting } ? waiting * TypicalPrompt / PrefillRate : 0);

    private double TypicalPrompt => Volatile.Read(ref _prompt) is > 0 and var learnt ? learnt : UnknownPrompt;

    private double OwnWaitSeconds(long now)
    {
        var pending = PendingPrefill;
        if (pending == 0)
        {
            return 0;
        }

        var seconds = pending / PrefillRate;
        var since = Volatile.Read(ref _lastFirstToken);
        var share = seconds / Math.Max(1, Prefilling);
        return since == long.MinValue ? seconds : seconds - Math.Min(time.GetElapsedTime(since, now).TotalSeconds, share);
    }

    public RequestLoad Begin(PickRequest request, int cachedTokens)
    {
        var now = time.GetTimestamp();
        var uncached = Math.Max(request.PromptTokens > 0 ? 1 : 0, request.PromptTokens - cachedTokens);
        var load = new RequestLoad(uncached, request.PromptTokens, request.OutputTokens, now);
        if (Interlocked.Increment(ref _prefilling) == 1)
        {
            // It was idle: the work on this prompt begins now.
            Volatile.Write(ref _lastFirstToken, now);
        }

        Interlocked.Add(ref _pendingPrefill, uncached);
        Interlocked.Add(ref _outstanding, uncached + load.Output);
        Interlocked.Add(ref _resident, load.Prompt + load.Output);
        return load;
    }

    /// <summary>The first of the answer arrived. Returns at once when it was said before.</summary>
    public void FirstToken(ref RequestLoad load)
    {
        if (load.Answering)
        {
            return;
        }

        load.Answering = true;
        var now = time.GetTimestamp();
        Measure(load, now);
        TimeToFirstToken.Add(time.GetElapsedTime(load.Sent, now).TotalSeconds, now);
        LeavePrefill(load);
        Interlocked.Add(ref _outstanding, -load.Uncached);
        Interlocked.Increment(ref _answering);
    }

    public void End(in RequestLoad load)
    {
        if (load.Answering)
        {
            Interlocked.Decrement(ref _answering);
            Interlocked.Add(ref _outstanding, -load.Output);
        }
        else
        {
            LeavePrefill(load);
            Interlocked.Add(ref _outstanding, -(load.Uncached + load.Output));
        }

        Interlocked.Add(ref _resident, -(load.Prompt + load.Output));
    }

    private void LeavePrefill(in RequestLoad load)
    {
        Interlocked.Add(ref _pendingPrefill, -load.Uncached);
        Interlocked.Decrement(ref _prefilling);
    }

    /// <summary>
    /// A prompt's own computing began when the one before it was done, or when it arrived. The rate is the tokens over the seconds of the
    /// last prompts together, not a mean of their rates: short ones must not count as much as long ones.
    /// </summary>
    private void Measure(in RequestLoad load, long now)
    {
        lock (_measuring)
        {
            var began = Math.Max(load.Sent, _lastFirstToken);
            Volatile.Write(ref _lastFirstToken, now);
            if (load.Uncached < LeastMeasured || now <= began)
            {
                return;
            }

            Volatile.Write(ref _prompt, _prompt > 0 ? (_prompt * RateMemory) + (load.Uncached * (1 - RateMemory)) : load.Uncached);
            _measuredTokens = (_measuredTokens * RateMemory) + load.Uncached;
            _measuredSeconds = (_measuredSeconds * RateMemory) + time.GetElapsedTime(began, now).TotalSeconds;
            var rate = Math.Max(1, _measuredTokens / _measuredSeconds);
            Volatile.Write(ref _prefillRate, rate);
            typical.Learn(rate);
        }
    }
}
