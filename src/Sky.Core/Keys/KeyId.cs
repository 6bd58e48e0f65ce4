using System.Text.Json.Serialization;

namespace Sky.Core.Keys;

/// <summary>The public name of a key for programs, such as <c>key-7f3a9c2e41</c>: it stays when the secret is rotated, and tells nothing of it.</summary>
[JsonConverter(typeof(KeyIdJsonConverter))]
public readonly record struct KeyId(string Value) : IComparable<KeyId>
{
    public const string Prefix = "key-";

    public int CompareTo(KeyId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
