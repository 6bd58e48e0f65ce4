using System.Globalization;
using System.Text.Json.Serialization;

namespace Sky.Core.Services;

/// <summary>The number of a replica within its service. Counts up from 1 and never repeats, not even after a restart or a <c>down</c>.</summary>
[JsonConverter(typeof(ReplicaIdJsonConverter))]
public readonly record struct ReplicaId(int Value) : IComparable<ReplicaId>
{
    public int CompareTo(ReplicaId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
