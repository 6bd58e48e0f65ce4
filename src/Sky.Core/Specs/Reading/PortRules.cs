using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Finds the port a service answers on, by SkyServe's rules and the short form's <c>networking.port</c>.</summary>
internal sealed class PortRules(SpecProblems problems)
{
    /// <param name="takesPort">The commands listen on the port they are given, so that none need be declared.</param>
    public int? MainPort(YamlNode.Mapping root, ResourcesSpec resources, bool takesPort)
    {
        var service = (root["service"] as YamlNode.Mapping)?.Find("ports");
        var networking = (root["networking"] as YamlNode.Mapping)?.Find("port");
        var inService = Number(service);
        var inNetworking = Number(networking);
        if (inService is not null && inNetworking is not null && inService != inNetworking)
        {
            problems.Error(networking!.Line, "networking.port",
                $"`networking.port` says {inNetworking} at line {networking.Line} and `service.ports` says {inService} at line {service!.Line}. Keep one of them.");
            return inService;
        }
        if (inService is { } named)
        {
            CheckContained(named, service!, "service.ports", "The service port {0} specified in the service section is not found in some resources.", root, resources, inNetworking is null);
            return named;
        }
        if (inNetworking is { } port)
        {
            CheckContained(port, networking!, "networking.port", "The port {0} of networking is not found in resources.ports.", root, resources, false);
            return port;
        }
        return service?.Value is { IsNull: false } || networking?.Value is { IsNull: false } ? null : FromResources(root, resources, takesPort);
    }

    private static int? Number(YamlEntry? entry) => entry?.Value.AsInteger() is { } port and >= 1 and <= 65535 ? (int)port : null;

    private void CheckContained(int port, YamlEntry entry, string path, string message, YamlNode.Mapping root, ResourcesSpec resources, bool needed)
    {
        var declared = resources.Candidates.Any(candidate => candidate.Ports.Count > 0);
        if ((needed || declared) && resources.Candidates.Any(candidate => !candidate.Ports.Any(range => range.Contains(port))))
        {
            var other = PortsLine(root) is > 0 and var line ? $" (line {line})" : "";
            problems.Error(entry.Line, path, $"{string.Format(null, message, port)} Add {port} to resources.ports{other}.");
        }
    }

    private int? FromResources(YamlNode.Mapping root, ResourcesSpec resources, bool takesPort)
    {
        // Where none are written, the place to write them: `resources`, or what runs without them.
        var line = PortsLine(root) is > 0 and var written ? written : (root.Find("resources") ?? root.Find("run") ?? root.Find("service"))?.Line ?? 0;
        var mains = new HashSet<int>();
        foreach (var ports in resources.Candidates.Select(candidate => candidate.Ports))
        {
            if (ports.Count > 1 || (ports.Count == 1 && ports[0].From != ports[0].To))
            {
                problems.Error(line, "resources.ports", "Multiple ports specified in resources. Please specify the main port in the `service.ports` field.");
                return null;
            }
            if (ports.Count == 1)
            {
                mains.Add(ports[0].From);
            }
        }
        if (mains.Count > 1)
        {
            problems.Error(line, "resources.ports", $"Got multiple ports: {string.Join(" and ", mains)} in different resources. Please specify the same port in all of them.");
            return null;
        }
        var missing = mains.Count == 0 || resources.Candidates.Any(candidate => candidate.Ports.Count == 0);
        if (missing && !(takesPort && mains.Count == 0) && !HasBadPorts(root))
        {
            problems.Error(line, "resources.ports", "Must specify at least one ports in resources. Each replica will use the port specified as application ingress port (`resources: {ports: 8080}`), or let `run` listen on $SKY_PORT.");
        }
        return mains.Count == 1 ? mains.First() : null;
    }

    // What is written there and wrong has been reported; that it is missing need not be said as well.
    private static bool HasBadPorts(YamlNode.Mapping root) => PortsLine(root) > 0;

    private static int PortsLine(YamlNode.Mapping root)
    {
        if (root["resources"] is not YamlNode.Mapping resources)
        {
            return 0;
        }
        var items = new[] { resources["any_of"], resources["ordered"] }.OfType<YamlNode.Sequence>().SelectMany(list => list.Items).OfType<YamlNode.Mapping>();
        return items.Prepend(resources).Select(map => map["ports"] is null ? 0 : map.Find("ports")!.Line).FirstOrDefault(at => at > 0);
    }
}
