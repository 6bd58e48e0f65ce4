namespace Sky.Controller.Api;

/// <summary>What a node needs to enrol.</summary>
public sealed record JoinNodeView
{
    public required string Cluster { get; init; }

    public required string Node { get; init; }

    /// <summary>A secret: it lets this one node in, once, within an hour.</summary>
    public required string Token { get; init; }

    /// <summary>Where nodes call, as the controller listens; null: nowhere, and the token is of no use yet.</summary>
    public Uri? Controller { get; init; }

    /// <summary>What would make the cluster safer; null for nothing.</summary>
    public string? Advice { get; init; }

    /// <summary>Without the token.</summary>
    public override string ToString() => $"{Cluster}/{Node}";
}
