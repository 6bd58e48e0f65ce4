namespace Sky.Core.Nodes.DockerAccess;

/// <summary>
/// All that an agent lets through to its daemon: what engines need to run replicas, and no way into a container, to the node or to the daemon
/// itself. What is not here is refused: exec, attach, build, commit, import, plugins, prune, sessions, and whatever a later daemon adds.
/// </summary>
public static class DockerRules
{
    private static readonly string[] Nothing = [];
    private static readonly string[] Filters = ["filters"];
    private static readonly string[] LogQuery = ["follow", "stdout", "stderr", "since", "until", "timestamps", "tail", "details"];

    public static IReadOnlyList<DockerRule> All { get; } =
    [
        new("GET", "/_ping", Nothing),
        new("HEAD", "/_ping", Nothing),
        new("GET", "/version", Nothing),
        new("GET", "/info", Nothing),
        new("GET", "/events", ["since", "until", "filters"]),

        new("GET", "/containers/json", ["all", "limit", "size", "filters"]),
        new("GET", "/containers/{id}/json", ["size"]),
        new("GET", "/containers/{id}/logs", LogQuery),
        new("GET", "/containers/{id}/stats", ["stream", "one-shot"]),
        new("POST", "/containers/create", ["name", "platform"], DockerBody.Container),
        new("POST", "/containers/{id}/start", Nothing),
        new("POST", "/containers/{id}/stop", ["t", "signal"]),
        new("POST", "/containers/{id}/kill", ["signal"]),
        new("POST", "/containers/{id}/wait", ["condition"]),
        new("DELETE", "/containers/{id}", ["v", "force"]),
        new("GET", "/containers/{id}/archive", ["path"]),
        new("HEAD", "/containers/{id}/archive", ["path"]),
        new("PUT", "/containers/{id}/archive", ["path", "noOverwriteDirNonDir", "copyUIDGID"], DockerBody.Archive),

        new("GET", "/images/json", ["all", "filters", "digests"]),
        new("GET", "/images/{image}/json", Nothing),
        new("GET", "/distribution/{image}/json", Nothing),
        new("POST", "/images/create", ["fromImage", "tag", "platform"]),

        new("GET", "/volumes", Filters),
        new("GET", "/volumes/{id}", Nothing),
        new("POST", "/volumes/create", Nothing, DockerBody.Volume),
        new("DELETE", "/volumes/{id}", ["force"]),

        new("GET", "/networks", Filters),
        new("GET", "/networks/{id}", ["verbose", "scope"]),
        new("POST", "/networks/create", Nothing, DockerBody.Network),
        new("DELETE", "/networks/{id}", Nothing),

        new("GET", "/secrets", Filters),
        new("GET", "/secrets/{id}", Nothing),
        new("POST", "/secrets/create", Nothing, DockerBody.Secret),
        new("POST", "/secrets/{id}/update", ["version"], DockerBody.Secret),
        new("DELETE", "/secrets/{id}", Nothing),
        new("GET", "/configs", Filters),
        new("GET", "/configs/{id}", Nothing),
        new("POST", "/configs/create", Nothing, DockerBody.Secret),
        new("POST", "/configs/{id}/update", ["version"], DockerBody.Secret),
        new("DELETE", "/configs/{id}", Nothing),

        new("GET", "/services", ["filters", "status"]),
        new("GET", "/services/{id}", ["insertDefaults"]),
        new("GET", "/services/{id}/logs", LogQuery),
        new("POST", "/services/create", Nothing, DockerBody.Service),
        new("POST", "/services/{id}/update", ["version", "registryAuthFrom", "rollback"], DockerBody.Service),
        new("DELETE", "/services/{id}", Nothing),
        new("GET", "/tasks", Filters),
        new("GET", "/tasks/{id}", Nothing),
        new("GET", "/tasks/{id}/logs", LogQuery),
        new("GET", "/nodes", Filters),
        new("GET", "/nodes/{id}", Nothing),
        new("POST", "/nodes/{id}/update", ["version"], DockerBody.Node),
        new("DELETE", "/nodes/{id}", ["force"]),
        new("GET", "/swarm", Nothing),
        new("POST", "/swarm/join", Nothing, DockerBody.Join),
        new("POST", "/swarm/leave", ["force"]),
    ];

    /// <summary>The call that a request's method and target (as they came, nothing decoded) are; null when it may not be made.</summary>
    public static DockerCall? Find(string method, string target)
    {
        var (path, query) = target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? (target[..mark], target[(mark + 1)..]) : (target, "");
        return DockerPath.Segments(path) is { } segments
            && All.FirstOrDefault(rule => rule.Method == method && DockerPath.Matches(rule.Path, segments)) is { } found
            && DockerQuery.Holds(query, found.Query)
                ? new DockerCall(found, target)
                : null;
    }
}
