namespace Sky.Core.Traffic.Experiments;

/// <summary>Enough of a sample for its mean and variance; sums of several are those of all together.</summary>
/// <param name="Count">How many.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="Squares">The sum of their squares.</param>
public readonly record struct Moments(long Count, double Sum, double Squares)
{
    public Moments Plus(Moments other) => new(Count + other.Count, Sum + other.Sum, Squares + other.Squares);

    public Moments With(double value) => new(Count + 1, Sum + value, Squares + (value * value));

    /// <summary>Those of values that are so many times as large.</summary>
    public Moments Times(double factor) => new(Count, Sum * factor, Squares * factor * factor);

    /// <summary>Null where there is nothing.</summary>
    public double? Mean() => Count == 0 ? null : Sum / Count;

    /// <summary>0 for fewer than two.</summary>
    public double Variance() => Count < 2 ? 0 : Math.Max(0, (Squares - (Sum * Sum / Count)) / (Count - 1));
}
