using System.Globalization;
using Docker.DotNet.Models;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>The Swarm service of one replica: the container that a single Docker Engine would be asked for, pinned to one node.</summary>
/// <param name="names">Of its owner.</param>
/// <param name="network">The cluster's attachable overlay network; null for none.</param>
internal sealed class SwarmPlan(SwarmNames names, string? network)
{
    /// <summary>No node has this id: what is constrained to it is ended and never started.</summary>
    public const string Nowhere = "node.id==none";

    /// <summary>A crashed container is started again this often within <see cref="RestartWindow"/>; then the controller decides.</summary>
    public const int Restarts = 3;

    private static readonly TimeSpan RestartWindow = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    /// <summary>How long Swarm waits from the polite signal to the hard one: it is fixed when the service is made. A shorter grace the engine keeps itself.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    /// <summary>Pure.</summary>
    /// <param name="replica">Whose.</param>
    /// <param name="container">As one engine would be asked; its published port and restart policy do not count here.</param>
    /// <param name="node">The id of the Swarm node.</param>
    /// <param name="image">What Swarm is to run: the image's name or id on that node.</param>
    /// <param name="listenPort">The port inside, by which the node's agent leads to it.</param>
    /// <param name="health">What lets it into its service's name; null: as soon as it runs.</param>
    public ServiceSpec Build(ReplicaKey replica, CreateContainerParameters container, string node, string image, int listenPort, HealthcheckConfig? health = null)
    {
        var host = container.HostConfig ?? new HostConfig();
        return new ServiceSpec
        {
            Name = names.Service(replica),
            Labels = new Dictionary<string, string>(names.Containers.Labels(replica)) { [SwarmNames.NodeLabel] = node },
            Mode = new ServiceMode { Replicated = new ReplicatedService { Replicas = 1 } },
            EndpointSpec = new EndpointSpec { Mode = "dnsrr" },
            TaskTemplate = new TaskSpec
            {
                ContainerSpec = Container(container, image, listenPort, health ?? SwarmHealth.None),
                Placement = new Placement { Constraints = [$"node.id=={node}"] },
                RestartPolicy = new SwarmRestartPolicy { Condition = "on-failure", MaxAttempts = Restarts, Window = RestartWindow, Delay = RestartDelay },
                Resources = Resources(host),
                LogDriver = host.LogConfig is { } logs ? new SwarmDriver { Name = logs.Type, Options = logs.Config } : null,
                Networks = network is null ? [] : [new NetworkAttachmentConfig { Target = network, Aliases = [replica.Service.Value] }],
            },
        };
    }

    /// <summary>The same, to be ended; what ran is kept in the service's history.</summary>
    public ServiceSpec Stopped(ServiceSpec spec)
    {
        spec.Labels = new Dictionary<string, string>(spec.Labels ?? new Dictionary<string, string>()) { [SwarmNames.StopLabel] = "true" };
        spec.TaskTemplate ??= new TaskSpec();
        spec.TaskTemplate.Placement = new Placement { Constraints = [Nowhere] };

        // Managers tell networks by their ids, and agents let through the names of ours.
        foreach (var attached in spec.TaskTemplate.Networks ?? [])
        {
            attached.Target = network;
        }

        spec.UpdateConfig = new SwarmUpdateConfig { Parallelism = 0, Order = "stop-first", FailureAction = "continue" };
        return spec;
    }

    /// <summary>A service that never starts anything, in the place of one that is not to be.</summary>
    public ServiceSpec StopMark(ReplicaKey replica) => new()
    {
        Name = names.Service(replica),
        Labels = new Dictionary<string, string>(names.Containers.Labels(replica)) { [SwarmNames.StopLabel] = "true" },
        Mode = new ServiceMode { Replicated = new ReplicatedService { Replicas = 0 } },
        EndpointSpec = new EndpointSpec { Mode = "dnsrr" },
        TaskTemplate = new TaskSpec
        {
            ContainerSpec = new ContainerSpec { Image = "scratch" },
            Placement = new Placement { Constraints = [Nowhere] },
        },
    };

    private static ContainerSpec Container(CreateContainerParameters container, string image, int listenPort, HealthcheckConfig health)
    {
        var host = container.HostConfig ?? new HostConfig();
        var spec = new ContainerSpec
        {
            Image = image,
            Labels = new Dictionary<string, string>(container.Labels ?? new Dictionary<string, string>())
            {
                [ReplicaLabels.Port] = listenPort.ToString(CultureInfo.InvariantCulture),
            },
            Hostname = container.Hostname,
            Env = container.Env,
            User = container.User,
            Dir = container.WorkingDir,
            Init = host.Init,
            ReadOnly = host.ReadonlyRootfs,
            CapabilityAdd = host.CapAdd,
            CapabilityDrop = host.CapDrop,
            StopGracePeriod = StopGrace,
            Healthcheck = health,
            Mounts = [.. host.Mounts ?? [], .. Tmpfs(host)],
        };
        if (container.Entrypoint is { Count: > 0 } entrypoint)
        {
            spec.Command = entrypoint;
            spec.Args = container.Cmd;
        }

        return spec;
    }

    /// <summary>Swarm has no size of <c>/dev/shm</c> and no list of tmpfs: both are mounts there.</summary>
    private static IEnumerable<Mount> Tmpfs(HostConfig host)
    {
        if (host.ShmSize > 0)
        {
            yield return new Mount { Type = "tmpfs", Target = "/dev/shm", TmpfsOptions = new TmpfsOptions { SizeBytes = host.ShmSize, Mode = 0b001_111_111_111 } };
        }

        foreach (var path in host.Tmpfs?.Keys ?? [])
        {
            yield return new Mount { Type = "tmpfs", Target = path, TmpfsOptions = new TmpfsOptions { Mode = 0b001_111_111_111 } };
        }
    }

    private static ResourceRequirements Resources(HostConfig host)
    {
        long? cpus = host.NanoCPUs > 0 ? host.NanoCPUs : null;
        long? memory = host.Memory > 0 ? host.Memory : null;
        var gpus = (host.DeviceRequests ?? []).Sum(device => Math.Max(device.Count, device.DeviceIDs?.Count ?? 0));
        return new ResourceRequirements
        {
            Limits = new SwarmLimit { NanoCPUs = cpus, MemoryBytes = memory, Pids = host.PidsLimit },
            Reservations = new SwarmResources
            {
                NanoCPUs = cpus,
                MemoryBytes = memory,
                GenericResources = gpus > 0 ? [new GenericResource { DiscreteResourceSpec = new DiscreteGenericResource { Kind = "gpu", Value = gpus } }] : [],
            },
        };
    }
}
