namespace Sky.Core.Nodes;

/// <summary>How a node joins its cluster.</summary>
public sealed record JoinAnswer
{
    public required JoinKind Kind { get; init; }

    /// <summary>The engine's join token, a secret; null but for <see cref="JoinKind.Join"/>.</summary>
    public string? Token { get; init; }

    /// <summary>Managers to join at, <c>ADDRESS:PORT</c>; empty but for <see cref="JoinKind.Join"/>.</summary>
    public IReadOnlyList<string> Managers { get; init; } = [];

    /// <summary>The address other nodes reach this one at; null: the engine finds out.</summary>
    public string? AdvertiseAddress { get; init; }

    /// <summary>Without the token.</summary>
    public override string ToString() => $"{Kind} {string.Join(", ", Managers)}";
}
