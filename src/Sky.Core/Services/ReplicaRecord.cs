using Sky.Core.Placement;

namespace Sky.Core.Services;

/// <summary>A replica as stored. All times are UTC.</summary>
public sealed record ReplicaRecord
{
    public required ServiceName Service { get; init; }

    public required ReplicaId Id { get; init; }

    /// <summary>The version it runs. Raised without a restart where only the <c>service:</c> section changed.</summary>
    public required int Version { get; init; }

    public required ReplicaState State { get; init; }

    /// <summary>One sentence a person can act on: why it is in this state.</summary>
    public string? Reason { get; init; }

    public StopCause? StopCause { get; init; }

    public required ReplicaPlacement Placement { get; init; }

    /// <summary>Which of its version's resource candidates was placed, by index.</summary>
    public int Candidate { get; init; }

    /// <summary>Which node was bought for it: 1 for the first, more where others could not be had. 0: none is bought, it stands on a machine one has.</summary>
    public int NodeAttempt { get; init; }

    /// <summary>The port it was given; committed before it is started.</summary>
    public int? Port { get; init; }

    /// <summary>Where the gateway reaches it, such as <c>http://127.0.0.1:20001</c>.</summary>
    public Uri? Endpoint { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the engine was first seen running it.</summary>
    public DateTimeOffset? LaunchedAt { get; init; }

    /// <summary>When <c>run</c> began (after <c>setup</c>).</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FirstReadyAt { get; init; }

    /// <summary>The first failed probe of the present row of failures; null while probes pass.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When draining ends at the latest.</summary>
    public DateTimeOffset? DrainUntil { get; init; }

    /// <summary>When <see cref="State"/> was last changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Its node is to be emptied or taken away: another takes over before it goes.</summary>
    public bool Leaving { get; init; }

    public ReplicaExit? Exit { get; init; }

    /// <summary>Failed attempts of the present effect (run or stop), for its back-off.</summary>
    public int Attempts { get; init; }

    /// <summary>The present effect is not tried before this.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public ReplicaKey Key => new(Service, Id);
}
