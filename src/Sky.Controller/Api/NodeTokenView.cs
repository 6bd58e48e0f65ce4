using Sky.Core.Nodes;

namespace Sky.Controller.Api;

/// <summary>A new enrolment token; it is shown this once.</summary>
public sealed record NodeTokenView
{
    public required ClusterName Cluster { get; init; }

    public required NodeName Node { get; init; }

    public required NodeRole Role { get; init; }

    public required string Token { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Where nodes call, as the controller listens; null: nowhere, and the token is of no use yet.</summary>
    public Uri? Controller { get; init; }
}
