using System.Globalization;
using System.Net;
using System.Text.Json;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Node.Docker;
using Sky.Node.Enrolment;

namespace Sky.Node.Ingress;

/// <summary>
/// Finds a replica's container by its labels and its address on a bridge of this node. Asked for every connection and remembered for none: an address
/// that was a replica's may be another's a moment later. Containers of other controllers have services of the same names and are passed over.
/// </summary>
internal sealed class ReplicaDirectory(DockerSocket docker, Membership membership)
{
    /// <summary>Docker's bridge between a node and the swarm's containers on it.</summary>
    private const string Gateway = "docker_gwbridge";

    /// <summary>Null: no such replica runs here. Throws <see cref="HttpRequestException"/> when the daemon does not answer.</summary>
    public async Task<ReplicaAddress?> FindAsync(string service, ReplicaId replica, CancellationToken cancellationToken)
    {
        var owner = membership.Owner is { } known ? $",\"{ReplicaLabels.Owner}={known}\"" : "";
        var filters = $$"""{"label":["{{ReplicaLabels.Replica}}={{replica}}"{{owner}}],"status":["running"]}""";
        var listed = await docker.GetAsync($"/containers/json?filters={Uri.EscapeDataString(filters)}", cancellationToken);
        foreach (var container in Newest(listed))
        {
            if (Label(container, ReplicaLabels.Service) is { } name && NodeHost.ServiceLabel(new ServiceName(name)) == service
                && int.TryParse(Label(container, ReplicaLabels.Port), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
                && await AddressAsync(container, cancellationToken) is { } address)
            {
                return new ReplicaAddress(address, port);
            }
        }

        return null;
    }

    private async Task<IPAddress?> AddressAsync(JsonElement container, CancellationToken cancellationToken)
    {
        // Networks of the swarm have addresses too, which this node's own network does not lead to.
        foreach (var network in container.GetProperty("NetworkSettings").GetProperty("Networks").EnumerateObject())
        {
            if (network.Value.TryGetProperty("IPAddress", out var text) && IPAddress.TryParse(text.GetString(), out var address)
                && network.Value.TryGetProperty("NetworkID", out var id)
                && await docker.GetAsync($"/networks/{id.GetString()}", cancellationToken) is { } known
                && known.GetProperty("Driver").GetString() == "bridge")
            {
                return address;
            }
        }

        var bridge = await docker.GetAsync($"/networks/{Gateway}", cancellationToken);
        return bridge is { } found
            && found.GetProperty("Containers").TryGetProperty(container.GetProperty("Id").GetString()!, out var member)
            && IPAddress.TryParse(member.GetProperty("IPv4Address").GetString()!.Split('/')[0], out var own)
            ? own
            : null;
    }

    private static IEnumerable<JsonElement> Newest(JsonElement? listed) =>
        listed is { ValueKind: JsonValueKind.Array } all ? all.EnumerateArray().OrderByDescending(container => container.GetProperty("Created").GetInt64()) : [];

    private static string? Label(JsonElement container, string name) =>
        container.TryGetProperty("Labels", out var labels) && labels.TryGetProperty(name, out var value) ? value.GetString() : null;
}
