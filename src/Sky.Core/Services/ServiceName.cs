using System.Text.Json.Serialization;

namespace Sky.Core.Services;

/// <summary>The name of a service: what the user types, unique in one controller, compared exactly.</summary>
[JsonConverter(typeof(ServiceNameJsonConverter))]
public readonly record struct ServiceName(string Value) : IComparable<ServiceName>
{
    public int CompareTo(ServiceName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
