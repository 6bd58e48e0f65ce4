using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Nodes;
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
    public string ImageOf(RunRequest request) => request.Image is { } named ? TaskCredentials.Complete(request.Task, named) : request.BaseImage ?? options.BaseImage;

    public async Task DoAsync(RunRequest request, Func<PullProgress> pulling, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(request.Replica, cancellationToken))
        {
            return;
        }

        // What its nodes' daemons deny to all containers cannot be given to one.
        if (request.Task.Security.AllowPrivilegeEscalation)
        {
            throw new ProvisionException("on a cluster nothing may gain rights: remove security.allow_privilege_escalation, or place it on a Docker Engine of its own");
        }

        var id = request.Node ?? throw new ProvisionException("it was placed on no node of the cluster");
        var node = nodes.Node(id) ?? throw new EngineException(EngineFailure.Unavailable, $"there is no way to node {id} of cluster {options.Cluster}");
        var images = new ImagePulls(node, logins);
        var name = ImageOf(request);
        var image = await images.FindAsync(name, cancellationToken) ?? await images.PullAsync(name, request.Task, pulling(), cancellationToken);
        LaunchSteps.RefuseIdleImage(request, name, image);
        var memory = (await node.DoAsync(client => client.System.GetSystemInfoAsync(cancellationToken))).MemTotal;
        var container = new ContainerPlan(names.Containers, memory).Build(request, image.ID, image.Config ?? new DockerOCIImageConfig(), image.Architecture, SecretWay.Folder, gpus: null);
        if (container.HostConfig?.Mounts is { Count: > 0 })
        {
            await FillAsync(node, request, container, image.Config ?? new DockerOCIImageConfig(), cancellationToken);
        }

        await new SwarmNetwork(managers, options).EnsureAsync(cancellationToken);
        var health = options.Network is null ? null : SwarmHealth.Of(request, image.Architecture);
        var spec = new SwarmPlan(names, options.Network).Build(request.Replica, container, id, image.ID, request.ListenPort, health?.Check);
        await CreateAsync(spec, request, health, ContainerSecurity.Numbers(container.User), cancellationToken);
    }

    /// <summary>Makes a service with its secrets; they do not outlive a refusal of it.</summary>
    private async Task CreateAsync(ServiceSpec spec, RunRequest request, SwarmHealth? health, (int User, int Group)? user, CancellationToken cancellationToken)
    {
        var secrets = new SwarmSecrets(managers, names);
        try
        {
            spec.TaskTemplate!.ContainerSpec!.Secrets = await secrets.CreateAsync(request, health, user, cancellationToken);
            await CreateAsync(new ServiceCreateParameters { Service = spec }, cancellationToken);
        }
        catch (EngineException)
        {
            await RemoveUnusedAsync(secrets, request.Replica);
            throw;
        }
    }

    /// <summary>
    /// A service that is there all the same has them, and managers refuse to remove what is in use. Where no manager answers, the next look
    /// around removes them.
    /// </summary>
    private async Task RemoveUnusedAsync(SwarmSecrets secrets, ReplicaKey replica)
    {
        try
        {
            if (await reading.NamedAsync(replica, CancellationToken.None) is null)
            {
                await secrets.RemoveAsync(replica, CancellationToken.None);
            }
        }
        catch (EngineException)
        {
        }
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
    /// Puts workdir, scripts and what is mounted into the replica's volumes on its node, by way of a container that is never started: only a container's files can be written.
    /// </summary>
    private async Task FillAsync(DockerCalls node, RunRequest request, CreateContainerParameters container, DockerOCIImageConfig image, CancellationToken cancellationToken)
    {
        var filler = new CreateContainerParameters
        {
            Name = names.Containers.Container(request.Replica) + "-fill",
            Image = container.Image,
            Entrypoint = ["/bin/sh"],

            // Of the labels the owner's alone: with the others it would be taken for the replica.
            Labels = new Dictionary<string, string> { [ReplicaLabels.Owner] = names.Owner.Value },
            HostConfig = new HostConfig { Mounts = container.HostConfig?.Mounts, NetworkMode = "none" },
        };
        await RemoveAsync(node, filler.Name, cancellationToken);
        var made = await node.DoAsync(client => client.Containers.CreateContainerAsync(filler, cancellationToken));
        try
        {
            var files = new ReplicaFiles(request, ContainerSecurity.Numbers(container.User), SecretWay.Folder);
            if (ReplicaFiles.AreNeeded(request, SecretWay.Folder))
            {
                await files.SendAsync(tar => PutAsync(EntryScript.Folder, tar), cancellationToken);
            }

            foreach (var part in ReplicaFiles.HasMounts(request) ? MountPlan.Of(request, image, SecretWay.Folder).Parts.Where(part => part.HasAny) : [])
            {
                await files.SendMountsAsync(part, tar => PutAsync(part.Folder, tar), cancellationToken);
            }
        }
        finally
        {
            await RemoveAsync(node, filler.Name, cancellationToken);
        }

        Task PutAsync(string path, Stream tar) => node.DoAsync(client => client.Containers.ExtractArchiveToContainerAsync(
            made.ID, new CopyToContainerParameters { Path = path }, tar, cancellationToken));
    }

    private static Task RemoveAsync(DockerCalls node, string name, CancellationToken cancellationToken) =>
        node.TryAsync(client => client.Containers.RemoveContainerAsync(name, new ContainerRemoveParameters { Force = true }, cancellationToken));
}
