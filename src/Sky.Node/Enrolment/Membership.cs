using System.Text.Json;
using Sky.Core;
using Sky.Core.Nodes;
using Sky.Core.Processes;

namespace Sky.Node.Enrolment;

/// <summary>Whose node this is: <c>node/node.json</c>, written last of what an enrolment leaves.</summary>
internal sealed record Membership
{
    public required ClusterName Cluster { get; init; }

    public required NodeName Node { get; init; }

    public required NodeRole Role { get; init; }

    /// <summary>The controller's address for nodes.</summary>
    public required Uri Controller { get; init; }

    /// <summary>The controller's owner id, which marks all that it makes; null where it did not say.</summary>
    public string? Owner { get; init; }

    /// <summary>Null: it has not enrolled. Throws <see cref="IOException"/> when the file holds something else.</summary>
    public static Membership? Read(SkyHome home)
    {
        if (!File.Exists(home.NodeMembership) || !File.Exists(home.NodeCertificate) || !File.Exists(home.NodeCa))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(home.NodeMembership), MembershipJson.Default.Membership);
        }
        catch (JsonException)
        {
            throw new IOException($"{home.NodeMembership} is damaged: remove {home.Node} and enrol again");
        }
    }

    public void Write(SkyHome home) => AtomicFile.Write(home.NodeMembership, JsonSerializer.Serialize(this, MembershipJson.Default.Membership) + "\n");
}
