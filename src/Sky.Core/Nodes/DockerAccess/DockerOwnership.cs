using System.Text.Json;
using static Sky.Core.Nodes.DockerAccess.DockerJson;

namespace Sky.Core.Nodes.DockerAccess;

/// <summary>
/// Whose is what a call names or makes. A daemon may hold more than one controller's: each touches what bears its owner's label alone. Pure; who looks at the
/// daemon is the agent.
/// </summary>
public static class DockerOwnership
{
    private const string Id = "{id}";

    private static readonly Dictionary<string, (string After, string IdField, string[] Labels)> Kinds = new(StringComparer.Ordinal)
    {
        ["containers"] = ("/json", "Id", ["Config", "Labels"]),
        ["services"] = ("", "ID", ["Spec", "Labels"]),
        ["tasks"] = ("", "ID", ["Spec", "ContainerSpec", "Labels"]),
        ["secrets"] = ("", "ID", ["Spec", "Labels"]),
        ["configs"] = ("", "ID", ["Spec", "Labels"]),
        ["volumes"] = ("", "Name", ["Labels"]),
        ["networks"] = ("", "Id", []),
    };

    /// <summary>What a call names; null where that is nothing that has an owner. Nodes of a swarm are the cluster's.</summary>
    public static DockerSubject? SubjectOf(DockerCall call)
    {
        var rule = call.Rule.Path[1..].Split('/');
        if (Array.IndexOf(rule, Id) != 1 || !Kinds.ContainsKey(rule[0]))
        {
            return null;
        }

        var path = call.Target.Split('?')[0];
        return new DockerSubject(rule[0], path.Split('/')[path.Split('/').Length - rule.Length + 1]);
    }

    /// <summary>The path that tells of it.</summary>
    public static string InspectPath(DockerSubject subject) => $"/{subject.Kind}/{subject.Name}{Kinds[subject.Kind].After}";

    /// <summary>The same call with the id in place of a name, which may be another's a moment later.</summary>
    public static string WithId(DockerCall call, DockerSubject subject, string id)
    {
        var (path, query) = call.Target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? (call.Target[..mark], call.Target[mark..]) : (call.Target, "");
        var segments = path.Split('/');
        segments[segments.Length - call.Rule.Path[1..].Split('/').Length + 1] = id;
        return string.Join('/', segments) + query;
    }

    /// <summary>Its id, where what was seen of it says that it is the owner's; null where it is another's.</summary>
    /// <param name="subject">What was asked for.</param>
    /// <param name="seen">What the daemon says of it.</param>
    /// <param name="owner">Null: whoever's, as long as it is some controller's.</param>
    public static string? IdIfOwned(DockerSubject subject, JsonElement seen, string? owner)
    {
        var (_, idField, path) = Kinds[subject.Kind];
        if (Text(seen, idField) is not { Length: > 0 } id)
        {
            return null;
        }

        // A cluster's network is made by whoever comes first, and has no label.
        var owned = subject.Kind == "networks" ? Text(seen, "Name") is { } name && DockerNames.IsOurs(name) : IsOwned(path.Aggregate((JsonElement?)seen, Field), owner);
        return owned ? id : null;
    }

    /// <summary>Null, or what is missing of a body that makes or changes something: the owner's label, without which it could not be touched again.</summary>
    /// <param name="kind">What it makes.</param>
    /// <param name="body">A body that <see cref="DockerBodies"/> has nothing against.</param>
    /// <param name="owner">Null: whoever's.</param>
    public static string? Problem(DockerBody kind, ReadOnlyMemory<byte> body, string? owner)
    {
        if (kind is not (DockerBody.Container or DockerBody.Service or DockerBody.Secret))
        {
            return null;
        }

        using var document = JsonDocument.Parse(body);
        return IsOwned(Field(document.RootElement, "Labels"), owner) ? null : $"Labels must have {ReplicaLabels.Owner}, with the owner whose node this is";
    }

    private static bool IsOwned(JsonElement? labels, string? owner) => labels is { ValueKind: JsonValueKind.Object } all
        && all.EnumerateObject().Where(label => label.Name == ReplicaLabels.Owner).Select(label => label.Value).ToList() is [{ ValueKind: JsonValueKind.String } one]
        && one.GetString() is { Length: > 0 } value
        && (owner is null || value == owner);
}
