using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Providers.Clouds;

/// <summary>A cloud where nothing new can be had as things are; what was bought before is still looked after.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="why">One sentence that says what to do.</param>
public sealed class ClosedCloud(ICloud cloud, string why) : ICloud, IDisposable
{
    public string Name => cloud.Name;

    public bool OnlyByName => cloud.OnlyByName;

    /// <summary>What the cloud itself misses, such as credentials, comes first.</summary>
    public async Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken)
    {
        await cloud.ListOfferingsAsync(cancellationToken);
        throw new CloudException(CloudFailure.Invalid, why);
    }

    public string? WhyNotIn(string region) => cloud.WhyNotIn(region);

    public Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken) => cloud.LaunchAsync(request, cancellationToken);

    public Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) => cloud.GetAsync(node, cancellationToken);

    public Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken) => cloud.ListAsync(cancellationToken);

    public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) => cloud.DeleteAsync(node, cancellationToken);

    public ICloud? Of(OwnerId owner) => cloud.Of(owner);

    public void Dispose() => (cloud as IDisposable)?.Dispose();
}
