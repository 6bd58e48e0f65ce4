using Sky.Controller.Api;
using Sky.Controller.Clusters;

namespace Sky.Cli.Client;

/// <summary>The controller's verbs for clusters; failures as in <see cref="ControllerClient"/>.</summary>
internal sealed class ClusterCalls(ControllerConnection connection)
{
    public Task<IReadOnlyList<ClusterView>> ListAsync(CancellationToken cancellationToken) =>
        connection.GetAsync("clusters", ApiJson.Default.IReadOnlyListClusterView, cancellationToken);

    public Task CreateAsync(string cluster, CreateClusterRequest request, CancellationToken cancellationToken) =>
        connection.SendAsync(HttpMethod.Put, Path(cluster), ControllerConnection.Body(request, ApiJson.Default.CreateClusterRequest), cancellationToken);

    public Task DeleteAsync(string cluster, CancellationToken cancellationToken) =>
        connection.SendAsync(HttpMethod.Delete, Path(cluster), null, cancellationToken);

    public Task<JoinNodeView> JoinAsync(string cluster, JoinNodeRequest request, CancellationToken cancellationToken) =>
        connection.SendAsync(
            HttpMethod.Post, $"{Path(cluster)}/nodes", ControllerConnection.Body(request, ApiJson.Default.JoinNodeRequest), ApiJson.Default.JoinNodeView, cancellationToken);

    public Task DrainAsync(string cluster, string node, bool undo, CancellationToken cancellationToken) =>
        connection.SendAsync(HttpMethod.Post, $"{Path(cluster)}/nodes/{Uri.EscapeDataString(node)}/drain{(undo ? "?undo=true" : "")}", null, cancellationToken);

    public Task RemoveAsync(string cluster, string node, bool force, CancellationToken cancellationToken) =>
        connection.SendAsync(HttpMethod.Delete, $"{Path(cluster)}/nodes/{Uri.EscapeDataString(node)}{(force ? "?force=true" : "")}", null, cancellationToken);

    public Task<OrphansView> OrphansAsync(string? owner, CancellationToken cancellationToken) =>
        connection.GetAsync($"clusters/orphans{(owner is null ? "" : $"?owner={Uri.EscapeDataString(owner)}")}", ApiJson.Default.OrphansView, cancellationToken);

    public Task<AdoptedOrphansView> AdoptAsync(AdoptOrphansRequest request, CancellationToken cancellationToken) => connection.SendAsync(
        HttpMethod.Post, "clusters/orphans", ControllerConnection.Body(request, ApiJson.Default.AdoptOrphansRequest), ApiJson.Default.AdoptedOrphansView, cancellationToken);

    private static string Path(string cluster) => $"clusters/{Uri.EscapeDataString(cluster)}";
}
