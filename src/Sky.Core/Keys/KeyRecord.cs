namespace Sky.Core.Keys;

/// <summary>
/// One key as it is stored and as gateways know it. It holds no secret, only the secret's SHA-256: with 256 random bits in the secret
/// there is nothing to guess, so a slow or salted hash, which every request would pay for, would add nothing.
/// </summary>
public sealed record KeyRecord
{
    public required KeyId Id { get; init; }

    /// <summary>For people; of two keys that are not revoked no two share it.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the secret, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>The hash of the secret before the last rotation; it opens until <see cref="PreviousUntil"/>.</summary>
    public string? PreviousHash { get; init; }

    public DateTimeOffset? PreviousUntil { get; init; }

    /// <summary>Names of models or services it may use, with <c>*</c> for any text; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    public KeyLimits Limits { get; init; } = KeyLimits.None;

    public KeyPriority Priority { get; init; } = KeyPriority.Default;

    /// <summary>May ask the gateway to explain itself (<c>X-Sky-Debug</c>).</summary>
    public bool Operator { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public DateTimeOffset? RotatedAt { get; init; }

    public KeyState StateAt(DateTimeOffset now) =>
        RevokedAt is not null ? KeyState.Revoked : ExpiresAt <= now ? KeyState.Expired : KeyState.Active;
}
