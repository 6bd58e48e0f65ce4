namespace Sky.Core.Engines;

/// <summary>
/// Names of engines as they stand in rows: <c>process</c>, <c>docker</c> (the engine that Docker's own client would use),
/// <c>docker/CONTEXT</c>, <c>swarm/CLUSTER</c>.
/// </summary>
public static class EngineName
{
    public const string Process = "process";

    public const string Docker = "docker";

    public const string Swarm = "swarm";

    /// <summary>The engine of one context or cluster; the kind alone where none is named.</summary>
    public static string Of(string kind, string? place) => place is null ? kind : $"{kind}/{place}";

    /// <summary>Whether what it runs stands in containers, with ports of its own.</summary>
    public static bool RunsContainers(string name) => name != Process;

    /// <summary>Whether its replicas are reached by ports that one daemon holds open, and not without it: so on a single Docker Engine.</summary>
    public static bool PublishesPorts(string name) => name == Docker || name.StartsWith(Docker + "/", StringComparison.Ordinal);
}
