using Sky.Core.Catalog;
using Sky.Core.Clouds;

namespace Sky.Providers.Clouds.Local;

/// <summary>This machine as a cloud of one node.</summary>
public sealed class LocalCloud : ICloud
{
    public string Name => "local";

    public Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) => throw new NotImplementedException();
}
