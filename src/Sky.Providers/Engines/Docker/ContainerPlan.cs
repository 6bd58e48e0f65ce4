using System.Globalization;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Providers.Secrets.Entry;

namespace Sky.Providers.Engines.Docker;

/// <summary>The container of one replica as Docker is asked for it.</summary>
/// <param name="names">Of its owner.</param>
/// <param name="machineMemory">Bytes of the engine's machine.</param>
internal sealed class ContainerPlan(ReplicaNames names, long machineMemory)
{
    private const double BytesOfGigabyte = 1L << 30;
    private const double Nanos = 1e9;
    private const int LongestHostname = 63;

    /// <summary>Builds it; pure.</summary>
    /// <param name="request">The controller's.</param>
    /// <param name="image">The image by the name or id that is run.</param>
    /// <param name="about">What the image says of itself.</param>
    /// <param name="architecture">The image's, in Docker's word.</param>
    /// <param name="way">How its secrets come.</param>
    /// <param name="gpus">The GPUs it is given, by Docker's ids; null where it asks for none or Docker is to choose.</param>
    public CreateContainerParameters Build(RunRequest request, string image, DockerOCIImageConfig about, string? architecture, SecretWay way, IReadOnlyList<string>? gpus)
    {
        var port = string.Create(CultureInfo.InvariantCulture, $"{request.ListenPort}/tcp");
        var staged = ReplicaFiles.HasSetup(request);
        var container = new CreateContainerParameters
        {
            Name = names.Container(request.Replica),
            Image = image,
            Hostname = Hostname(request),
            User = ContainerSecurity.User(request.Task.Security, about.User),
            Env = [.. ContainerEnvironment.Build(request, about).Select(pair => $"{pair.Key}={pair.Value}")],
            Labels = names.Labels(request.Replica, request.Version, staged),
            ExposedPorts = new Dictionary<string, EmptyStruct> { [port] = default },
            HostConfig = Host(request, port, gpus, MountPlan.Of(request, about, way), way),
        };
        if (EntryCommand.Of(request, about, architecture, way) is { } entry)
        {
            (container.Entrypoint, container.Cmd) = (entry.Entrypoint, entry.Cmd);
        }

        if (way == SecretWay.Input && ContainerEnvironment.Secrets(request).Count > 0)
        {
            (container.OpenStdin, container.StdinOnce, container.AttachStdin) = (true, true, true);
        }

        if (ReplicaFiles.HasWorkdir(request))
        {
            container.WorkingDir = EntryScript.Workdir;
        }

        return container;
    }

    private HostConfig Host(RunRequest request, string port, IReadOnlyList<string>? gpus, MountPlan mounts, SecretWay way)
    {
        var host = new HostConfig
        {
            Init = true,
            RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
            PortBindings = new Dictionary<string, IList<PortBinding>>
            {
                [port] = [new PortBinding { HostIP = "127.0.0.1", HostPort = request.Port.ToString(CultureInfo.InvariantCulture) }],
            },
            LogConfig = new LogConfig { Type = "json-file", Config = new Dictionary<string, string> { ["max-size"] = "10m", ["max-file"] = "4" } },
            Memory = Limit(request.Resources.Memory, BytesOfGigabyte),
            NanoCPUs = Limit(request.Resources.Cpus, Nanos),
            Mounts =
            [
                .. ReplicaFiles.AreNeeded(request, way) ? new[] { Volume(request, names.Files(request.Replica), EntryScript.Folder, empty: true) } : [],
                .. mounts.Volumes.Select((path, number) => Volume(request, names.Mount(request.Replica, number), path, empty: false)),
            ],
        };

        // Swap would turn the limit into a slow machine.
        host.MemorySwap = host.Memory;
        if (request.Resources.AcceleratorCount > 0)
        {
            host.DeviceRequests = [Gpus(request.Resources, gpus)];
        }

        ContainerSecurity.Apply(host, request.Task.Security, machineMemory);
        foreach (var path in mounts.Volumes)
        {
            host.Tmpfs?.Remove(path);
        }

        return host;
    }

    /// <summary>"4+" asks for a place with at least so much; it limits nothing.</summary>
    private static long Limit(ResourceAmount? amount, double unit) => amount is { AtLeast: false } some ? (long)(some.Value * unit) : 0;

    private Mount Volume(RunRequest request, string name, string path, bool empty) => new()
    {
        Type = "volume",
        Source = name,
        Target = path,
        VolumeOptions = new VolumeOptions { NoCopy = empty, Labels = names.Labels(request.Replica) },
    };

    private static DeviceRequest Gpus(ResourceCandidate resources, IReadOnlyList<string>? gpus) => new()
    {
        Capabilities = [["gpu"]],
        Count = gpus is null ? (long)Math.Ceiling(resources.AcceleratorCount) : 0,
        DeviceIDs = [.. gpus ?? []],
    };

    /// <summary>Letters, digits and dashes, as long as a host name may be.</summary>
    private static string Hostname(RunRequest request)
    {
        var id = request.Replica.Id.ToString();
        var service = new string([.. request.Replica.Service.Value.Select(sign => char.IsAsciiLetterOrDigit(sign) ? sign : '-')]);
        return $"{service[..Math.Min(service.Length, LongestHostname - id.Length - 1)]}-{id}";
    }
}
