using static Sky.Core.Nodes.DockerAccess.ContainerShapes;

namespace Sky.Core.Nodes.DockerAccess;

/// <summary><c>POST /services/create</c> and <c>/services/{id}/update</c>.</summary>
internal static class ServiceShapes
{
    private static readonly BodyShape.Any Any = new();

    private static readonly BodyShape Networks = new BodyShape.List(Of(
        ("Target", new BodyShape.Text(DockerNames.IsOurs, "must be the name of a network of ours")), ("Aliases", Any)));

    public static BodyShape Service(DockerPolicy policy) => Of(
        ("Name", Any), ("Labels", Any), ("Mode", Any), ("UpdateConfig", Any), ("RollbackConfig", Any), ("Networks", Networks),

        // Ports stay empty: nothing of a replica is published.
        ("EndpointSpec", Of(("Mode", new BodyShape.Text(mode => mode is "" or "vip" or "dnsrr", "may be vip or dnsrr")))),
        ("TaskTemplate", Of(
            ("ContainerSpec", Container(policy)),
            ("Resources", Any), ("RestartPolicy", Any), ("Placement", Any), ("ForceUpdate", Any), ("Networks", Networks),
            ("Runtime", new BodyShape.Text(runtime => runtime is "" or "container", "may be container")),
            ("LogDriver", Of(("Name", new BodyShape.Text(name => name is "" or "json-file" or "local" or "none", "must be json-file, local or none")), ("Options", Any))))));

    private static BodyShape Container(DockerPolicy policy) => Of(
        ("Image", Any), ("Labels", Any), ("Command", Any), ("Args", Any), ("Hostname", Any), ("Env", Any), ("Dir", Any), ("User", Any), ("Groups", Any), ("TTY", Any),
        ("OpenStdin", Any), ("ReadOnly", Any), ("Mounts", Mounts), ("StopSignal", Any), ("StopGracePeriod", Any), ("HealthCheck", Any), ("Hosts", Any), ("DNSConfig", Any),
        ("Secrets", Any), ("Configs", Any), ("Init", Any), ("Ulimits", Any), ("Isolation", new BodyShape.Text(kind => kind is "" or "default", "may be default")),
        ("CapabilityAdd", Capabilities(policy)), ("CapabilityDrop", Any),

        // Docker 23 and later can pass it by service.
        ("Privileges", Of(("NoNewPrivileges", Any))));
}
