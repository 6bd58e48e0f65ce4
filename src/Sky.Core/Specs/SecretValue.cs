using System.Text.Json.Serialization;

namespace Sky.Core.Specs;

/// <summary>A value that must not be shown. Only <see cref="Reveal"/> gives it; printing gives stars.</summary>
[JsonConverter(typeof(SecretValueJsonConverter))]
public readonly struct SecretValue(string value) : IEquatable<SecretValue>
{
    private readonly string? _value = value;

    /// <summary>What stands for the value wherever it could be seen.</summary>
    public const string Mask = "***";

    public static SecretValue Masked => new(Mask);

    public string Reveal() => _value ?? "";

    public override string ToString() => Mask;

    public bool Equals(SecretValue other) => string.Equals(Reveal(), other.Reveal(), StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is SecretValue other && Equals(other);

    public override int GetHashCode() => Reveal().GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(SecretValue left, SecretValue right) => left.Equals(right);

    public static bool operator !=(SecretValue left, SecretValue right) => !left.Equals(right);
}
