using System.Text.Json.Serialization;
using Sky.Core.Nodes;
using Sky.Core.Services;

namespace Sky.Core.Clouds.Launching;

/// <summary>
/// The purchase of one node as stored: what is asked of the cloud, committed before it is asked, and what became of it. It is kept when it is over, since it
/// says what was tried, and what was spent. All times are UTC.
/// </summary>
public sealed record NodeLaunch
{
    /// <summary>What the cloud is asked for; never changed, so that it is replayed as it was.</summary>
    public required NodeRequest Request { get; init; }

    /// <summary>The replica it is bought for; null for a cluster's manager.</summary>
    public ReplicaKey? Replica { get; init; }

    public required NodeLaunchState State { get; init; }

    /// <summary>One sentence a person can act on: why it is in this state.</summary>
    public string? Reason { get; init; }

    /// <summary>How the cloud refused it, where it did. While it is requested it is not asked for again: it is looked for what came of calls before.</summary>
    public CloudFailure? Failure { get; init; }

    /// <summary>When its cloud was asked to make it, stored before the call; null once it is known how that call ended, and where there was none.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>When a call ended last that may have made it and did not say so; null: none did. A refusal of another call says nothing of that one.</summary>
    public DateTimeOffset? UnansweredAt { get; init; }

    /// <summary>What people call it.</summary>
    public string? Name { get; init; }

    /// <summary>Where it is reached; null until it has an address.</summary>
    public string? Address { get; init; }

    /// <summary>Where the other nodes of its region reach it; null: as everybody does.</summary>
    public string? PrivateAddress { get; init; }

    /// <summary>The engine's own id of it; null until it has joined its cluster, or where it joins none.</summary>
    public string? EngineId { get; init; }

    /// <summary>What its cloud says of its end; null for nothing.</summary>
    public NodeNotice? Notice { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its cloud had made it: from then on it is paid for.</summary>
    public DateTimeOffset? LaunchedAt { get; init; }

    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>When it was first found taken away or stopped, though it was wanted; null: it was not.</summary>
    public DateTimeOffset? LostAt { get; init; }

    /// <summary>When it was over: from then on nothing is paid.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Failed calls of the present step, for its back-off.</summary>
    public int Tries { get; init; }

    /// <summary>The cloud is not asked before this.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    [JsonIgnore]
    public NodeId Id => Request.Node;

    /// <summary>Its cloud was never asked for it.</summary>
    [JsonIgnore]
    public bool IsUnasked => State == NodeLaunchState.Requested && AskedAt is null && UnansweredAt is null && Tries == 0;

    /// <summary>Nothing will happen with it any more.</summary>
    [JsonIgnore]
    public bool IsOver => State is NodeLaunchState.Ended or NodeLaunchState.Void;

    /// <summary>No replica runs there, nor ever will again.</summary>
    [JsonIgnore]
    public bool IsLost => IsOver || LostAt is not null;
}
