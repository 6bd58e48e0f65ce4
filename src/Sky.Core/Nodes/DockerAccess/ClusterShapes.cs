using static Sky.Core.Nodes.DockerAccess.ContainerShapes;

namespace Sky.Core.Nodes.DockerAccess;

/// <summary>Networks, volumes, secrets, configs, and the nodes of a swarm.</summary>
internal static class ClusterShapes
{
    private static readonly BodyShape.Any Any = new();
    private static readonly BodyShape.Text Ours = new(DockerNames.IsOurs, "must begin with sky-");

    /// <summary>Other drivers than these reach the node's own network.</summary>
    public static readonly BodyShape Network = Of(
        ("Name", Ours), ("Labels", Any), ("CheckDuplicate", Any), ("Internal", Any), ("Attachable", Any), ("EnableIPv6", Any),
        ("Driver", new BodyShape.Text(driver => driver is "" or "bridge" or "overlay", "may be bridge or overlay")),
        ("Scope", new BodyShape.Text(scope => scope is "" or "local" or "swarm", "may be local or swarm")),
        ("IPAM", Of(("Driver", new BodyShape.Text(driver => driver is "" or "default", "may be default")), ("Config", Any))),
        ("Options", new BodyShape.Map(
            option => option is "encrypted" or "com.docker.network.driver.mtu" or "com.docker.network.driver.overlay.vxlanid_list" or "com.docker.network.bridge.enable_icc",
            "has an option that is not taken", Any)));

    /// <summary>Without options of the driver, which can name any path of the host.</summary>
    public static readonly BodyShape Volume = Of(
        ("Name", Ours), ("Labels", Any), ("Driver", new BodyShape.Text(driver => driver is "" or "local", "may be local")));

    public static readonly BodyShape Secret = Of(("Name", Any), ("Labels", Any), ("Data", Any));

    public static readonly BodyShape Node = Of(("Name", Any), ("Labels", Any), ("Role", Any), ("Availability", Any));

    public static readonly BodyShape Join = Of(
        ("ListenAddr", Any), ("AdvertiseAddr", Any), ("DataPathAddr", Any), ("RemoteAddrs", Any), ("JoinToken", Any), ("Availability", Any));
}
