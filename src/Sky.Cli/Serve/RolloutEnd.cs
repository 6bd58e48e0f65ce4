using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary>How waiting for a version ended. A closed set.</summary>
internal abstract record RolloutEnd
{
    private RolloutEnd()
    {
    }

    /// <summary>All replicas wanted of it are ready, and no older one serves any more.</summary>
    public sealed record Ready(ServiceView Service) : RolloutEnd;

    /// <summary>No replica is wanted now: by the policy, then the first request brings one up, or because it is pinned so.</summary>
    public sealed record AtZero(ServiceView Service) : RolloutEnd;

    /// <summary>It was given up.</summary>
    public sealed record GivenUp(string Reason, IReadOnlyList<string> LastLogLines) : RolloutEnd;

    /// <summary>Someone else put another version in its place, or took the service down.</summary>
    public sealed record Superseded(string What) : RolloutEnd;
}
