using Sky.Core.Clouds.Launching.Regions;
using Sky.Core.Engines;

namespace Sky.Core.Clouds.Launching;

/// <summary>The whole life of a bought node. Pure: what is stored, what is seen and the time give the next step.</summary>
public static class NodeLifecycle
{
    /// <summary>How long a node that was just made may be missing from its cloud's lists: they lag behind (EC2's eventual consistency).</summary>
    public static readonly TimeSpan ListingLag = TimeSpan.FromMinutes(1);

    /// <summary>How long a node may take from its purchase until replicas can run there.</summary>
    public static readonly TimeSpan BootTime = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(1);

    /// <summary>The node as it then is, to be stored first, and what its cloud is then asked.</summary>
    /// <param name="launch">As stored.</param>
    /// <param name="wanted">Whether anything is to run there.</param>
    /// <param name="sight">What is seen of it.</param>
    /// <param name="now">The time.</param>
    public static (NodeLaunch Launch, NodeCall Call) Next(NodeLaunch launch, bool wanted, NodeSight sight, DateTimeOffset now)
    {
        if (launch.IsOver)
        {
            return (launch, NodeCall.Nothing);
        }

        var next = sight.Asked ? Look(launch, sight, now) : launch;
        next = sight.Cluster is { } cluster ? FollowCluster(next, cluster, now) : next;
        if (next.IsOver)
        {
            return (next, NodeCall.Nothing);
        }

        if (!wanted && next.State is NodeLaunchState.Requested or NodeLaunchState.Booting or NodeLaunchState.Ready)
        {
            next = To(next, NodeLaunchState.Ending, now, "nothing is to run there any more");
        }

        var call = next.State switch
        {
            NodeLaunchState.Requested when sight.Cluster is { CanBeJoined: false } || next.Failure is not null => NodeCall.Nothing,
            NodeLaunchState.Requested => NodeCall.Launch,
            NodeLaunchState.Ending => NodeCall.Delete,
            _ => NodeCall.Nothing,
        };
        return next.NotBefore > now ? (next, NodeCall.Nothing) : (call == NodeCall.Launch ? Asking(next, now) : next, call);
    }

    /// <summary>Its cloud made it, or had made it before.</summary>
    public static NodeLaunch Launched(NodeLaunch launch, CloudNode node, DateTimeOffset now) => node.Failure is { } failure
        ? Failed(launch, failure, now)
        : To(launch, NodeLaunchState.Booting, now, "it starts") with
        {
            Name = node.Name, Address = node.Address, PrivateAddress = node.PrivateAddress, LaunchedAt = now, Failure = null, AskedAt = null, UnansweredAt = null,
        };

    /// <summary>
    /// Its cloud did not make it. What certainly made nothing ends it, unless a call before may have made it: then it is looked for first. What may have made
    /// something, or is over soon, is asked again with the same request.
    /// </summary>
    public static NodeLaunch NotLaunched(NodeLaunch launch, CloudException failure, DateTimeOffset now) => failure.Failure switch
    {
        CloudFailure.Ambiguous or CloudFailure.Throttled or CloudFailure.Unavailable => Later(launch, failure.Message, now) with { AskedAt = null, UnansweredAt = now },

        // One of an older release does not say when it was asked.
        var refused when launch.UnansweredAt is null && launch.Tries > 0 => Refused(launch with { UnansweredAt = now }, refused, failure.Message, now),
        var refused => Refused(launch, refused, failure.Message, now),
    };

    /// <summary>Its cloud took note that it is to go. That it is gone is seen, not believed.</summary>
    public static NodeLaunch Deleted(NodeLaunch launch, DateTimeOffset now) => launch with { Tries = 0, NotBefore = now + _firstPause };

    /// <summary>Its cloud could not be asked to remove it; it is asked again.</summary>
    public static NodeLaunch NotDeleted(NodeLaunch launch, CloudException failure, DateTimeOffset now) => Later(launch, failure.Message, now);

    /// <summary>
    /// No node is bought for a cluster that cannot be had, or before its manager is. With its manager a cluster is gone: nothing can be started or ended
    /// there any more, so that its nodes go too.
    /// </summary>
    private static NodeLaunch FollowCluster(NodeLaunch launch, RegionClusterSight cluster, DateTimeOffset now) => launch.State switch
    {
        // What may have been asked before is asked to its end.
        NodeLaunchState.Requested when cluster.Refused is { } refused && launch.IsUnasked => NotLaunched(launch, refused, now),
        NodeLaunchState.Requested when !cluster.CanBeJoined && launch.Reason is null => launch with { Reason = "the manager of its cluster is bought first" },
        NodeLaunchState.Booting or NodeLaunchState.Ready when cluster.IsLost =>
            To(launch, NodeLaunchState.Ending, now, "the manager of its cluster is gone") with { LostAt = now },
        _ => launch,
    };

    /// <summary>
    /// Its cloud is about to be asked. That a call before has no end means that whoever made it is gone, and what came of it is not known.
    /// </summary>
    private static NodeLaunch Asking(NodeLaunch launch, DateTimeOffset now) =>
        launch with { AskedAt = now, UnansweredAt = launch.AskedAt is null ? launch.UnansweredAt : now };

    /// <summary>This call made nothing.</summary>
    private static NodeLaunch Refused(NodeLaunch launch, CloudFailure refused, string reason, DateTimeOffset now) => launch.UnansweredAt is null
        ? To(launch, NodeLaunchState.Void, now, reason) with { Failure = refused, AskedAt = null }
        : To(launch, NodeLaunchState.Requested, now, reason) with { Failure = refused, AskedAt = null };

    /// <summary>Whether a node of which a call did not say that it was made would be listed by now.</summary>
    private static bool WouldBeListed(NodeLaunch launch, DateTimeOffset now) => !(now - launch.UnansweredAt <= ListingLag);

    private static NodeLaunch Look(NodeLaunch launch, NodeSight sight, DateTimeOffset now)
    {
        if (sight.Node is { } node)
        {
            return Seen(launch, node, sight.EngineId, now);
        }

        return launch.State switch
        {
            // It was refused, and no call before has made it.
            NodeLaunchState.Requested when launch.Failure is not null && WouldBeListed(launch, now) => To(launch, NodeLaunchState.Void, now, launch.Reason),

            // Of what failed nothing is left: only now is it as if it had been refused.
            NodeLaunchState.Ending when launch.Failure is not null => WouldBeListed(launch, now) ? To(launch, NodeLaunchState.Void, now, launch.Reason) : launch,

            // What was asked for and never confirmed may yet appear: it is gone when it was asked to go and the lists had time.
            NodeLaunchState.Ending when launch.LaunchedAt is not null || now - launch.ChangedAt > ListingLag => To(launch, NodeLaunchState.Ended, now, launch.Reason),
            NodeLaunchState.Booting or NodeLaunchState.Ready when now - launch.LaunchedAt > ListingLag || launch.State == NodeLaunchState.Ready =>
                To(launch, NodeLaunchState.Ended, now, Taken(launch)) with { LostAt = now },
            _ => launch,
        };
    }

    private static NodeLaunch Seen(NodeLaunch launch, CloudNode node, string? engineId, DateTimeOffset now)
    {
        launch = launch with { Name = node.Name, Address = node.Address ?? launch.Address, PrivateAddress = node.PrivateAddress ?? launch.PrivateAddress, EngineId = engineId ?? launch.EngineId, Notice = node.Notice ?? launch.Notice };
        return launch.State switch
        {
            // It was refused, and is there: a call before has made it.
            NodeLaunchState.Requested when launch.Failure is not null => Launched(launch, node, now),
            NodeLaunchState.Booting when node.Failure is { } failure => Failed(launch, failure, now),
            NodeLaunchState.Booting when IsUsable(launch, node) => To(launch, NodeLaunchState.Ready, now, null) with { ReadyAt = now },
            NodeLaunchState.Booting when now - (launch.LaunchedAt ?? launch.CreatedAt) > BootTime =>
                // Nothing ran there: another attempt waits until this one is gone.
                To(launch, NodeLaunchState.Ending, now, $"it was not ready within {BootTime.TotalMinutes:0} minutes"),
            NodeLaunchState.Ready when !node.Running => To(launch, NodeLaunchState.Ending, now, Taken(launch)) with { LostAt = now },
            _ => launch,
        };
    }

    /// <summary>Nothing of it was ever of use, nor is paid for; another attempt waits until what is left of it is gone.</summary>
    private static NodeLaunch Failed(NodeLaunch launch, NodeFailure failure, DateTimeOffset now) =>
        To(launch, NodeLaunchState.Ending, now, failure.Reason) with { Failure = failure.Failure, LaunchedAt = null, AskedAt = null, UnansweredAt = null };

    /// <summary>One that joins a cluster is ready when it has; another, when it runs.</summary>
    private static bool IsUsable(NodeLaunch launch, CloudNode node) =>
        node.Running && (launch.EngineId is not null || launch.Request.Offering.Engine == EngineName.Process);

    private static string Taken(NodeLaunch launch) => launch.Request.Offering.UseSpot
        ? "its cloud took the spot node away"
        : "its cloud does not run the node any more";

    private static NodeLaunch To(NodeLaunch launch, NodeLaunchState state, DateTimeOffset now, string? reason) => launch with
    {
        State = state, Reason = reason, ChangedAt = now, Tries = 0, NotBefore = null, EndedAt = state is NodeLaunchState.Ended or NodeLaunchState.Void ? now : launch.EndedAt,
    };

    private static NodeLaunch Later(NodeLaunch launch, string reason, DateTimeOffset now)
    {
        var pause = TimeSpan.FromTicks(Math.Min(_longestPause.Ticks, _firstPause.Ticks << Math.Min(launch.Tries, 6)));
        return launch with { Reason = reason, Tries = launch.Tries + 1, NotBefore = now + pause };
    }
}
