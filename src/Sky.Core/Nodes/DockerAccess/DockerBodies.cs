using System.Text.Json;

namespace Sky.Core.Nodes.DockerAccess;

/// <summary>
/// What bodies may say: containers that stay in their container. Not privileged, no host namespace, no path or device of the host, no
/// published port, no capability but those that the node's owner allows, Docker's own seccomp filter.
/// </summary>
public sealed class DockerBodies
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };
    private readonly Dictionary<DockerBody, BodyShape> _shapes;

    public DockerBodies(DockerPolicy policy) => _shapes = new Dictionary<DockerBody, BodyShape>
    {
        [DockerBody.Container] = ContainerShapes.Container(policy),
        [DockerBody.Service] = ServiceShapes.Service(policy),
        [DockerBody.Network] = ClusterShapes.Network,
        [DockerBody.Volume] = ClusterShapes.Volume,
        [DockerBody.Secret] = ClusterShapes.Secret,
        [DockerBody.Node] = ClusterShapes.Node,
        [DockerBody.Join] = ClusterShapes.Join,
    };

    /// <summary>Null, or what of a body is not allowed: the field and a few words, never a value.</summary>
    public string? Problem(DockerBody kind, ReadOnlyMemory<byte> body)
    {
        if (!_shapes.TryGetValue(kind, out var shape))
        {
            return body.IsEmpty ? null : "this call takes no body";
        }

        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? shape.Problem(document.RootElement, "") : "the body must be an object";
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The latter: a text with half a character.
            return "the body is not JSON";
        }
    }
}
