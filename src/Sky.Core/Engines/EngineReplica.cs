using Sky.Core.Services;

namespace Sky.Core.Engines;

/// <summary>One replica as its engine sees it now.</summary>
public sealed record EngineReplica
{
    public required ReplicaKey Replica { get; init; }

    /// <summary>The name of the engine that lists it; filled in by who lists several engines.</summary>
    public string Engine { get; init; } = EngineName.Process;

    public required EngineReplicaState State { get; init; }

    /// <summary>When it was started by the engine; null when it was not.</summary>
    public DateTimeOffset? LaunchedAt { get; init; }

    /// <summary>When <c>run</c> began (after <c>setup</c>); null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Where the gateway reaches it, when that is known only once it runs; null: where its row says.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>
    /// False while it runs and its engine does not let others of its network find it by its service's name yet. It counts as ready only afterwards, so that
    /// whoever goes for it can be found by others already.
    /// </summary>
    public bool Announced { get; init; } = true;

    /// <summary>Set when <see cref="State"/> is <see cref="EngineReplicaState.Exited"/> and a record of the end exists.</summary>
    public ReplicaExit? Exit { get; init; }

    /// <summary>Why it could not be started, where it ended before it began (its port is taken, its workdir could not be unpacked); null otherwise.</summary>
    public string? ProvisionError { get; init; }

    /// <summary>Something a person should know while it runs, such as a limit this machine cannot set; null for nothing.</summary>
    public string? Notice { get; init; }
}
