namespace Sky.Core.Traffic.Experiments;

/// <summary>
/// What a gateway tells the controller of arms. Idempotent: each report replaces what the same run of the gateway said of the same arm before, unless that
/// was said later.
/// </summary>
public sealed record ArmBatch
{
    /// <summary>The run of the gateway process.</summary>
    public required string Gateway { get; init; }

    /// <summary>Counts up within the run.</summary>
    public required long Sequence { get; init; }

    public required IReadOnlyList<ArmReport> Arms { get; init; }

    /// <summary>Answers that were given since the last word; each may be told more than once.</summary>
    public IReadOnlyList<AnswerReport>? Answers { get; init; }
}
