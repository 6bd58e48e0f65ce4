using System.Runtime.CompilerServices;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>A series with up to three labels.</summary>
internal readonly record struct Labelled(string Label, string Value, string? Label2, string? Value2, string? Label3, string? Value3)
{
    /// <summary>Of the texts' places, not of their signs: the values are the same objects again and again.</summary>
    public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Value), RuntimeHelpers.GetHashCode(Value2), RuntimeHelpers.GetHashCode(Value3), RuntimeHelpers.GetHashCode(Label));
}
