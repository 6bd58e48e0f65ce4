namespace Sky.Core.Traffic.Inference;

/// <summary>A range that holds the true value, with the stated confidence at all times together; an end that is null is open.</summary>
public readonly record struct Interval(double? Low, double? High)
{
    public bool Holds(double value) => !(value < Low) && !(value > High);
}
