namespace Sky.Core.Nodes.DockerAccess;

/// <summary><c>POST /containers/create</c>.</summary>
internal static class ContainerShapes
{
    private static readonly BodyShape.Any Any = new();
    private static readonly BodyShape.Absent Absent = new();

    /// <summary>Files on the node, and nothing that sends lines elsewhere.</summary>
    public static readonly BodyShape Log = Of(
        ("Type", new BodyShape.Text(type => type is "" or "json-file" or "local" or "none", "must be json-file, local or none")),
        ("Config", Any));

    /// <summary>Volumes and memory; a volume with options of its driver can be any path of the host.</summary>
    public static readonly BodyShape Mounts = new BodyShape.List(new Mount());

    public static BodyShape Container(DockerPolicy policy) => Of(
        ("Name", Any), ("Hostname", Any), ("Domainname", Any), ("User", Any), ("Tty", Any), ("OpenStdin", Any), ("StdinOnce", Any), ("AttachStdin", Any), ("AttachStdout", Any),
        ("AttachStderr", Any), ("Env", Any), ("Cmd", Any), ("Entrypoint", Any), ("Image", Any), ("WorkingDir", Any), ("Labels", Any), ("ExposedPorts", Any),
        ("Volumes", new BodyShape.Map(path => path.StartsWith('/'), "has a name that is no path in the container", new BodyShape.Empty())),
        ("StopSignal", Any), ("StopTimeout", Any), ("Healthcheck", Any), ("ArgsEscaped", Any), ("Shell", Any), ("OnBuild", Any), ("NetworkDisabled", Any),
        ("HostConfig", Host(policy)),
        ("NetworkingConfig", Of(("EndpointsConfig", new BodyShape.Map(
            name => DockerNames.IsNetworkMode(name), "names a network that is not ours", Of(("Aliases", Any), ("NetworkID", new BodyShape.Empty())))))));

    public static BodyShape Capabilities(DockerPolicy policy) => new BodyShape.List(new BodyShape.Text(policy.MayAdd, "is a capability that this node does not allow"));

    public static BodyShape Of(params (string Name, BodyShape Shape)[] fields) =>
        new BodyShape.Fields(fields.ToDictionary(field => field.Name, field => field.Shape, StringComparer.OrdinalIgnoreCase));

    private static BodyShape Host(DockerPolicy policy) => Of(
        ("Binds", new BodyShape.List(new BodyShape.Text(DockerNames.IsVolumeBind, "may name volumes of ours only, no path of the host"))),
        ("Mounts", Mounts),
        ("Tmpfs", Any),
        ("NetworkMode", new BodyShape.Text(DockerNames.IsNetworkMode, "may be bridge, none or a network of ours")),
        ("IpcMode", new BodyShape.Text(mode => mode is "" or "private" or "none", "may be private or none")),
        ("CgroupnsMode", new BodyShape.Text(mode => mode is "" or "private", "may be private")),
        ("CapAdd", Capabilities(policy)),
        ("CapDrop", Any),
        ("SecurityOpt", new BodyShape.List(new BodyShape.Text(
            option => option is "no-new-privileges" or "no-new-privileges:true" or "no-new-privileges=true", "may be no-new-privileges only"))),
        ("MaskedPaths", Absent), ("ReadonlyPaths", Absent),
        ("LogConfig", Log),
        ("RestartPolicy", Any), ("AutoRemove", Any), ("Init", Any), ("ReadonlyRootfs", Any), ("ShmSize", Any), ("Ulimits", Any), ("GroupAdd", Any),
        ("Dns", Any), ("DnsOptions", Any), ("DnsSearch", Any), ("ExtraHosts", Any), ("ConsoleSize", Any),
        ("Memory", Any), ("MemorySwap", Any), ("MemoryReservation", Any), ("MemorySwappiness", Any), ("KernelMemory", Any), ("NanoCpus", Any), ("CpuShares", Any),
        ("CpuPeriod", Any), ("CpuQuota", Any), ("CpusetCpus", Any), ("CpusetMems", Any), ("PidsLimit", Any), ("BlkioWeight", Any),
        ("DeviceRequests", new BodyShape.List(Of(
            ("Driver", new BodyShape.Text(driver => driver is "" or "nvidia", "may be nvidia")),
            ("Count", Any), ("DeviceIDs", Any), ("Capabilities", Any)))));

    /// <summary>One mount; which fields it may have depends on its type.</summary>
    private sealed record Mount : BodyShape
    {
        private static readonly BodyShape Volume = Of(
            ("Type", ContainerShapes.Any), ("Target", ContainerShapes.Any), ("ReadOnly", ContainerShapes.Any), ("Consistency", ContainerShapes.Any),
            ("Source", new Text(name => name.Length == 0 || DockerNames.IsOurs(name), "must be the name of a volume of ours")),
            ("VolumeOptions", Of(
                ("NoCopy", ContainerShapes.Any), ("Labels", ContainerShapes.Any),
                ("DriverConfig", Of(("Name", new Text(driver => driver is "" or "local", "may be local")))))));

        private static readonly BodyShape Memory = Of(("Type", ContainerShapes.Any), ("Target", ContainerShapes.Any), ("ReadOnly", ContainerShapes.Any), ("Consistency", ContainerShapes.Any), ("TmpfsOptions", Of(("SizeBytes", ContainerShapes.Any), ("Mode", ContainerShapes.Any))));

        private static readonly BodyShape Neither = Of(("Type", new Text(_ => false, "may be volume or tmpfs")), ("Source", ContainerShapes.Any), ("Target", ContainerShapes.Any));

        public override string? Problem(System.Text.Json.JsonElement value, string path) =>
            (value.ValueKind == System.Text.Json.JsonValueKind.Object
                ? value.EnumerateObject().FirstOrDefault(field => field.Name.Equals("Type", StringComparison.OrdinalIgnoreCase)).Value
                : default) is { ValueKind: System.Text.Json.JsonValueKind.String } type
                ? type.GetString() switch
                {
                    "volume" => Volume.Problem(value, path),
                    "tmpfs" => Memory.Problem(value, path),
                    _ => Neither.Problem(value, path),
                }
                : $"{path}.Type may be volume or tmpfs";
    }
}
