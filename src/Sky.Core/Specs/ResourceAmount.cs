using System.Globalization;

namespace Sky.Core.Specs;

/// <summary>An amount, exactly or at least (<c>4</c>, <c>4+</c>).</summary>
public readonly record struct ResourceAmount(double Value, bool AtLeast)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture) + (AtLeast ? "+" : "");
}
