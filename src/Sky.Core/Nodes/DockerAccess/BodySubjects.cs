using System.Text.Json;
using static Sky.Core.Nodes.DockerAccess.DockerJson;

namespace Sky.Core.Nodes.DockerAccess;

/// <summary>What a body gives to a container: secrets, configs and volumes that may be another controller's. Pure.</summary>
public static class BodySubjects
{
    /// <summary>All that it names; none where it makes neither a container nor a service.</summary>
    /// <param name="kind">What it makes or changes.</param>
    /// <param name="body">A body that <see cref="DockerBodies"/> has nothing against.</param>
    /// <param name="problem">What names nothing that could be looked up; null: all can.</param>
    public static IReadOnlyList<DockerSubject> Of(DockerBody kind, ReadOnlyMemory<byte> body, out string? problem)
    {
        problem = null;
        if (kind is not (DockerBody.Container or DockerBody.Service) || body.IsEmpty)
        {
            return [];
        }

        using var document = JsonDocument.Parse(body);
        var spec = kind == DockerBody.Service ? Field(Field(document.RootElement, "TaskTemplate"), "ContainerSpec") : Field(document.RootElement, "HostConfig");
        List<DockerSubject?> named =
        [
            .. Items(spec, "Secrets").Select(secret => Named("secrets", secret, "SecretID")),
            .. Items(spec, "Configs").Select(config => Named("configs", config, "ConfigID")),
            .. Items(spec, "Mounts").Where(mount => Text(mount, "Type") == "volume" && Text(mount, "Source") is { Length: > 0 }).Select(mount => Named("volumes", mount, "Source")),
            .. Items(spec, "Binds").Select(bind => bind.ValueKind == JsonValueKind.String ? Subject("volumes", bind.GetString()!.Split(':')[0]) : null),
        ];
        problem = named.Contains(null) ? "a secret, config or volume is named by something that is no name" : null;
        return [.. named.OfType<DockerSubject>()];
    }

    private static DockerSubject? Named(string kind, JsonElement item, string field) => Subject(kind, Text(item, field) ?? "");

    /// <summary>Names become part of a path.</summary>
    private static DockerSubject? Subject(string kind, string name) =>
        name.Length is > 0 and < 256 && name[0] != '.' && name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_' or '.') ? new DockerSubject(kind, name) : null;

    private static IEnumerable<JsonElement> Items(JsonElement? spec, string name) => Field(spec, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}
