namespace Sky.Core.Traffic.Experiments;

/// <summary>The arms of one division side by side. Every range holds at all times together with the confidence, however often one looks.</summary>
public sealed record ExperimentView
{
    public required string Service { get; init; }

    /// <summary>The division.</summary>
    public required int Generation { get; init; }

    /// <summary>False: the division is over, and this is what was seen of it.</summary>
    public required bool Running { get; init; }

    /// <summary>When the division was asked for; null once it is over.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Of each range by itself.</summary>
    public required double Confidence { get; init; }

    /// <summary>By version, ascending.</summary>
    public required IReadOnlyList<ArmView> Arms { get; init; }

    /// <summary>Each version but the baseline in each respect of which both have something.</summary>
    public required IReadOnlyList<Comparison> Comparisons { get; init; }
}
