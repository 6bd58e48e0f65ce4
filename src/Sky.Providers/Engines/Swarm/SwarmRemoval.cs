using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>Removes what there is of a replica that has ended: files on its node, and its service. Its secrets go afterwards: while a service has them they stay.</summary>
internal sealed class SwarmRemoval(SwarmManagers managers, SwarmReading reading, ISwarmNodes nodes, SwarmNames names, TimeProvider time)
{
    public async Task RemoveAsync(ReplicaKey replica, SeenService service, CancellationToken cancellationToken)
    {
        await RemoveFilesAsync(replica, service, cancellationToken);
        await managers.FindAsync(async client =>
        {
            await client.Swarm.RemoveServiceAsync(service.Id, cancellationToken);
            return "";
        });
    }

    /// <summary>
    /// On its node, where managers hear of that and it answers. Else nothing is waited for: without the service managers have the container removed as soon as they
    /// hear of the node, and <see cref="SwarmLeftovers"/> removes the files.
    /// </summary>
    private async Task RemoveFilesAsync(ReplicaKey replica, SeenService service, CancellationToken cancellationToken)
    {
        if (service.Node is not { } id
            || !(await reading.LivingNodesAsync(cancellationToken)).Contains(id)
            || nodes.Node(id)?.Within(SwarmManagers.AnswerTime, time) is not { } node)
        {
            return;
        }

        try
        {
            foreach (var task in (await reading.TasksAsync(service, cancellationToken)).Where(task => task.Container is not null))
            {
                await node.TryAsync(client => client.Containers.RemoveContainerAsync(
                    task.Container!, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken));
            }

            foreach (var volume in await new ReplicaListing(node, names.Containers).VolumesAsync(replica, cancellationToken))
            {
                await node.TryAsync(client => client.Volumes.RemoveAsync(volume, force: true, cancellationToken));
            }
        }
        catch (EngineException failure) when (failure.Failure == EngineFailure.Unavailable)
        {
        }
    }
}
