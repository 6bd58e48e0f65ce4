using Sky.Core.Metering;
using Sky.Core.Traffic.Experiments;

namespace Sky.Gateway.Reporting.Arms;

/// <summary>What this run of the gateway has seen of one arm. Safe for concurrent use.</summary>
internal sealed class ArmCounter
{
    private readonly Lock _lock = new();
    private readonly long[] _firstToken = new long[LatencyScale.Last + 1];
    private readonly long[] _latency = new long[LatencyScale.Last + 1];
    private ArmTotals _rest = ArmTotals.None;

    /// <summary>Goes up with every change.</summary>
    public long Changes { get; private set; }

    /// <summary>As of <see cref="Changes"/>, what the controller has.</summary>
    public long Told { get; set; }

    public void Failed() => Add(rest => rest with { Requests = rest.Requests + 1, Errors = rest.Errors + 1 });

    public void Aborted() => Add(rest => rest with { Aborted = rest.Aborted + 1 });

    public void NotMirrored() => Add(rest => rest with { NotMirrored = rest.NotMirrored + 1 });

    /// <summary>An answer.</summary>
    /// <param name="firstToken">To the first of its body; null where it is none to measure by.</param>
    /// <param name="latency">To its end; likewise.</param>
    /// <param name="settlement">What it used; null where that is not known.</param>
    public void Answered(TimeSpan? firstToken, TimeSpan? latency, Settlement? settlement)
    {
        lock (_lock)
        {
            if (firstToken is { } first)
            {
                _firstToken[LatencyScale.Of(first)]++;
            }

            if (latency is { } whole)
            {
                _latency[LatencyScale.Of(whole)]++;
            }

            var known = settlement is { Kind: SettlementKind.Exact or SettlementKind.Estimated or SettlementKind.Mirrored };
            _rest = _rest with
            {
                Requests = _rest.Requests + 1,
                LatencySeconds = latency is { } time ? _rest.LatencySeconds.With(time.TotalSeconds) : _rest.LatencySeconds,
                PromptTokens = known ? _rest.PromptTokens.With(settlement!.Usage.Prompt) : _rest.PromptTokens,
                CompletionTokens = known ? _rest.CompletionTokens.With(settlement!.Usage.Completion) : _rest.CompletionTokens,
                Cost = known && settlement!.Currency is not null ? _rest.Cost.With((double)settlement.Cost) : _rest.Cost,
                Currency = settlement?.Currency ?? _rest.Currency,
            };
            Changes++;
        }
    }

    /// <summary>All so far, and as of which change.</summary>
    public (ArmTotals Totals, long Changes) Read()
    {
        lock (_lock)
        {
            return (_rest with { FirstToken = Counts(_firstToken), Latency = Counts(_latency) }, Changes);
        }
    }

    private static LatencyCounts Counts(long[] buckets)
    {
        var counts = new Dictionary<int, long>();
        for (var bucket = 0; bucket < buckets.Length; bucket++)
        {
            if (buckets[bucket] > 0)
            {
                counts[bucket] = buckets[bucket];
            }
        }

        return new LatencyCounts { Buckets = counts };
    }

    private void Add(Func<ArmTotals, ArmTotals> change)
    {
        lock (_lock)
        {
            _rest = change(_rest);
            Changes++;
        }
    }
}
