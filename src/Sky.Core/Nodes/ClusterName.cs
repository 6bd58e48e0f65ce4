using System.Text.Json.Serialization;

namespace Sky.Core.Nodes;

/// <summary>The name of a cluster: part of host names, so that it is one label of DNS.</summary>
[JsonConverter(typeof(ClusterNameJsonConverter))]
public readonly record struct ClusterName(string Value) : IComparable<ClusterName>
{
    /// <summary>Longest name: the host name of a replica holds four such parts and more.</summary>
    public const int MaxLength = 40;

    /// <summary>What a name must be, as a sentence for people.</summary>
    public const string Rule = "The name of a cluster has lower-case letters, digits and dashes, begins and ends with a letter or digit, and has 40 signs at most.";

    public static bool IsValid(string name) => DnsLabel.IsValid(name, MaxLength);

    public int CompareTo(ClusterName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
