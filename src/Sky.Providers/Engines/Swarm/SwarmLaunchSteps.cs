using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Registries;
using Sky.Providers.Secrets.Entry;

namespace Sky.Providers.Engines.Swarm;

/// <summary>
/// Starts a replica on a node of a cluster: image and files are brought to that node by its own engine, then the service is made by a manager. The service
/// is what counts: once it is there, all before it was done.
/// </summary>
internal sealed class SwarmLaunchSteps(
    SwarmManagers managers, SwarmReading reading, ISwarmNodes nodes, SwarmEngineOptions options, SwarmNames names, RegistryLogins logins) : ILaunchSteps
{
    public string ImageOf(RunRequest request) => request.Image is { } named ? TaskCredentials.Complete(request.Task, named) : options.BaseImage;

    public async Task DoAsync(RunRequest request, Func<PullProgress> pulling, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(request.Replica, cancellationToken))
        {
            return;
        }

        var id = request.Node ?? throw new ProvisionException("it was placed on no node of the cluster");
        var node = nodes.Node(id) ?? throw new EngineException(EngineFailure.Unavailable, $"there is no way to node {id} of cluster {options.Cluster}");
        var images = new ImagePulls(node, logins);
        var name = ImageOf(request);
        var image = await images.FindAsync(name, cancellationToken) ?? await images.PullAsync(name, request.Task, pulling(), cancellationToken);
        LaunchSteps.RefuseIdleImage(request, name, image);
        var memory = (await node.DoAsync(client => client.System.GetSystemInfoAsync(cancellationToken))).MemTotal;
        var container = new ContainerPlan(names.Containers, memory).Build(request, image.ID, image.Config ?? new DockerOCIImageConfig(), image.Architecture, SecretWay.Folder, gpus: null);
        if (ReplicaFiles.AreNeeded(request))
        {
            await FillAsync(node, request, container, cancellationToken);
        }

        await new SwarmNetwork(managers, options).EnsureAsync(cancellationToken);
        var spec = new SwarmPlan(names, options.Network).Build(request.Replica, container, id, image.ID, request.ListenPort);
        spec.TaskTemplate!.ContainerSpec!.Secrets = await new SwarmSecrets(managers, names).CreateAsync(request, ContainerSecurity.Numbers(container.User), cancellationToken);
        await CreateAsync(new ServiceCreateParameters { Service = spec }, cancellationToken);
    }

    /// <summary>Makes a service; a name that is taken is the answer to a creation whose answer was lost, or a wish to stop.</summary>
    public async Task CreateAsync(ServiceCreateParameters parameters, CancellationToken cancellationToken)
    {
        try
        {
            await managers.DoAsync(client => client.Swarm.CreateServiceAsync(parameters, cancellationToken));
        }
        catch (EngineException error) when (DockerFailures.IsConflict(error))
        {
        }
    }

    private async Task<bool> IsThereAsync(ReplicaKey replica, CancellationToken cancellationToken)
    {
        if (await reading.NamedAsync(replica, cancellationToken) is not { } service)
        {
            return false;
        }

        return names.Containers.KeyOf(service.Labels) == replica
            ? true
            : throw new ProvisionException($"there is a Swarm service {names.Service(replica)} that is not ours: remove it");
    }

    /// <summary>
    /// Puts workdir and scripts into the replica's volume on its node, by way of a container that is never started: only a container's files can be written.
    /// </summary>
    private async Task FillAsync(DockerCalls node, RunRequest request, CreateContainerParameters container, CancellationToken cancellationToken)
    {
        var filler = new CreateContainerParameters
        {
            Name = names.Containers.Container(request.Replica) + "-fill",
            Image = container.Image,
            Entrypoint = ["/bin/sh"],
            Labels = new Dictionary<string, string>(),
            HostConfig = new HostConfig { Mounts = container.HostConfig?.Mounts, NetworkMode = "none" },
        };
        await RemoveAsync(node, filler.Name, cancellationToken);
        var made = await node.DoAsync(client => client.Containers.CreateContainerAsync(filler, cancellationToken));
        try
        {
            var files = new ReplicaFiles(request, ContainerSecurity.Numbers(container.User));
            var target = new CopyToContainerParameters { Path = EntryScript.Folder };
            await files.SendAsync(
                tar => node.DoAsync(client => client.Containers.ExtractArchiveToContainerAsync(made.ID, target, tar, cancellationToken)), cancellationToken);
        }
        finally
        {
            await RemoveAsync(node, filler.Name, cancellationToken);
        }
    }

    private static Task RemoveAsync(DockerCalls node, string name, CancellationToken cancellationToken) =>
        node.TryAsync(client => client.Containers.RemoveContainerAsync(name, new ContainerRemoveParameters { Force = true }, cancellationToken));
}
