using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Routing;

/// <summary>The service of a request, and what of its target goes to the replica.</summary>
/// <param name="Service">The service.</param>
/// <param name="Target">Path and query as the client sent them.</param>
/// <param name="Start">Where in <paramref name="Target"/> the replica's part begins.</param>
internal readonly record struct RouteMatch(ServiceState Service, string Target, int Start)
{
    /// <summary>The path named the service: the replica's root is below it.</summary>
    public bool HasPrefix => Start > 0;

    /// <summary>The replica's URL, byte for byte what the client sent after the service's name.</summary>
    public string ReplicaUrl(string replica)
    {
        var rest = Target.AsSpan(Start);
        return rest.IsEmpty || rest[0] != '/' ? string.Concat(replica, "/", rest) : string.Concat(replica, rest);
    }
}
