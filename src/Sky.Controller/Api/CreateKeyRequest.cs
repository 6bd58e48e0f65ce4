using Sky.Core.Keys;

namespace Sky.Controller.Api;

/// <summary>Body of <c>POST /api/v1/keys</c>.</summary>
public sealed record CreateKeyRequest
{
    public required string Name { get; init; }

    /// <summary>Names or patterns of models and services; empty for all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    public KeyLimits? Limits { get; init; }

    /// <summary><c>Default</c> when not said.</summary>
    public KeyPriority? Priority { get; init; }

    public bool Operator { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}
