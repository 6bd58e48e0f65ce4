namespace Sky.Core.Specs;

/// <summary>When a second replica is asked because the first takes long to begin its answer.</summary>
public sealed record HedgeSpec
{
    /// <summary>The word for the time that 95 of 100 answers of late took to begin.</summary>
    public const string P95 = "p95";

    /// <summary>Seconds; null: <see cref="P95"/>.</summary>
    public double? AfterSeconds { get; init; }

    /// <summary>The most that are asked twice, of all requests.</summary>
    public double BudgetPercent { get; init; } = 5;

    /// <summary>False: only what may be repeated by HTTP. True: calls of the inference API too, which the user takes for safe to run twice.</summary>
    public bool Inference { get; init; }
}
