using Microsoft.Extensions.Logging;
using Sky.Controller.Nodes;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clouds.Launching.Regions;
using Sky.Core.Nodes;
using Sky.Core.Services;

namespace Sky.Controller.Launching;

/// <summary>Commits what clouds will be asked for, before they are: the row is there or nothing is asked.</summary>
/// <param name="launches">Where purchases are kept.</param>
/// <param name="enrolments">Gives the tokens of nodes that join a cluster; null where none does.</param>
/// <param name="userData">Writes what these run first; null where none does.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is said why nothing can be ordered.</param>
internal sealed partial class NodeOrders(INodeLaunchStore launches, NodeEnrolments? enrolments, INodeUserData? userData, TimeProvider time, ILogger<NodeOrders> logger)
{
    /// <summary>The purchase as it is stored, made now or before; null: not now, the next look tries again.</summary>
    /// <param name="id">Of the node; the same wish has the same.</param>
    /// <param name="attempt">Part of its id, for the cloud.</param>
    /// <param name="offering">What to ask for.</param>
    /// <param name="replica">That it is for; null: it is its cluster's manager.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<StoredNodeLaunch?> PlaceAsync(NodeId id, int attempt, Offering offering, ReplicaRecord? replica, CancellationToken cancellationToken)
    {
        if (await launches.FindLaunchAsync(id, cancellationToken) is { } known)
        {
            return known;
        }

        NodeRequest request;
        try
        {
            request = new NodeRequest(id, attempt, offering)
            {
                Replica = replica?.Key,
                MaxHourlyCost = replica?.Placement.MaxHourlyCost,
                UserData = await UserDataAsync(id, offering, replica is null, cancellationToken),
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
        {
            // Such as a program that is not there any more, or a CA that cannot be written.
            LogCannot(id, failure.Message);
            return null;
        }

        var now = time.GetUtcNow();
        var launch = new NodeLaunch { Request = request, Replica = replica?.Key, State = NodeLaunchState.Requested, CreatedAt = now, ChangedAt = now };
        return await launches.WriteLaunchAsync(new StoredNodeLaunch(launch, 0), cancellationToken) ? new StoredNodeLaunch(launch, 1) : null;
    }

    private async Task<string?> UserDataAsync(NodeId id, Offering offering, bool manager, CancellationToken cancellationToken)
    {
        if (RegionCluster.Of(offering) is not { } cluster || enrolments is null || userData is null)
        {
            return null;
        }

        var node = new NodeKey(cluster.Name, new NodeName(id.Value));
        var token = await enrolments.CreateTokenAsync(node, manager ? NodeRole.Manager : NodeRole.Worker, cancellationToken);
        return userData.Of(node, offering.Cloud, token);
    }

    [LoggerMessage(2114, LogLevel.Error, "node {Node} cannot be ordered: {Reason}; it is tried again")]
    private partial void LogCannot(NodeId node, string reason);
}
