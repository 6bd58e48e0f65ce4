using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.ResourceManager;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Resources;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Providers.Catalogs;

namespace Sky.Providers.Clouds.Azure;

/// <summary>Nodes that are bought at Azure: virtual machines in a network of ours. With no subscription named it offers nothing and says how to name one.</summary>
public sealed class AzureCloud : ICloud
{
    // Less than anybody waits for us, so that nothing goes on behind their back.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan _identityPatience = TimeSpan.FromSeconds(20);

    private readonly AzureSettings _settings;
    private readonly CatalogOfferings _catalog;
    private readonly TimeProvider _time;
    private readonly Lazy<TokenCredential> _identity;
    private readonly Lazy<Parts> _parts;
    private readonly Func<OwnerId, AzureCloud> _of;
    private readonly NodeGates _gates = new();
    private volatile Listing? _listed;
    private volatile Offered? _offered;
    private int _launches;

    /// <param name="settings">Where and how.</param>
    /// <param name="owner">Whose nodes.</param>
    /// <param name="catalogs">What is sold there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="identity">Who asks; null: what Azure's library finds on this machine.</param>
    public AzureCloud(AzureSettings settings, OwnerId owner, CatalogFolder catalogs, TimeProvider time, TokenCredential? identity = null)
    {
        (_settings, _catalog, _time) = (settings, new CatalogOfferings(catalogs, "azure"), time);
        _of = other => new AzureCloud(settings, other, catalogs, time, identity);
        _identity = new Lazy<TokenCredential>(() => identity ?? new DefaultAzureCredential());
        _parts = new Lazy<Parts>(() => Parts.Of(settings, owner, _identity.Value));
    }

    public string Name => "azure";

    public Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken) => AskAsync(
        async cancel =>
        {
            RefuseUnreachable();
            await _identity.Value.GetTokenAsync(new TokenRequestContext([AzureClient.Scope(_settings.Management)]), cancel);
            var all = _catalog.All();
            if (_offered is not { } known || !ReferenceEquals(known.All, all))
            {
                _offered = known = new Offered(all, [.. all.Where(IsOffered)]);
            }

            return known.Some;
        },
        _identityPatience,
        cancellationToken);

    public Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken) => AskAsync(
        async cancel =>
        {
            RefuseUnreachable();
            using var gate = await _gates.EnterAsync(request.Node, cancel);
            try
            {
                return await MakeAsync(request, cancel);
            }
            finally
            {
                // What was listed before, or is being listed, does not know of it.
                Interlocked.Increment(ref _launches);
            }
        },
        _patience,
        cancellationToken);

    public Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) => AskAsync(cancel => _parts.Value.Nodes.FindAsync(node, cancel), _patience, cancellationToken);

    public Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken) => AskAsync(
        async cancel =>
        {
            var now = _time.GetUtcNow();
            var launches = Volatile.Read(ref _launches);
            if (_listed is { } known && known.Launches == launches && now - known.At < _settings.ListingKept)
            {
                return known.Nodes;
            }

            var listing = new Listing(await _parts.Value.Nodes.ListAsync(cancel), now, launches);
            _listed = listing;
            return listing.Nodes;
        },
        _patience,
        cancellationToken);

    public ICloud Of(OwnerId owner) => _of(owner);

    public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) => AskAsync(
        async cancel =>
        {
            using var gate = await _gates.EnterAsync(node, cancel);
            await _parts.Value.Nodes.RemoveAsync(node, cancel);
            return true;
        },
        _patience,
        cancellationToken);

    private async Task<CloudNode> MakeAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        var region = request.Offering.Region ?? throw new CloudException(CloudFailure.Invalid, $"no region is named for node {request.Node}");
        var (client, names, networks, nodes) = _parts.Value;
        var group = await networks.EnsureAsync(region, cancellationToken);
        try
        {
            if (await nodes.MachineAsync(group, request.Node, cancellationToken) is { } known)
            {
                return await KnownAsync(request, group, known, cancellationToken);
            }

            await networks.PutAsync(AzureNames.Address(group, request.Node), region, AzureMachine.Address(), "Standard", cancellationToken, request);
            await networks.PutAsync(AzureNames.Interface(group, request.Node), region, AzureMachine.Interface(group, request.Node), null, cancellationToken, request);
            var data = AzureMachine.Of(request, group, _settings);
            networks.Tag(data.Tags, request);
            await client.GetResourceGroupResource(group).GetVirtualMachines().CreateOrUpdateAsync(WaitUntil.Started, request.Node.Value, data, cancellationToken);
            return new CloudNode
            {
                Id = request.Node, Name = request.Node.Value, Running = false, Address = await nodes.AddressAsync(group, request.Node, cancellationToken),
            };
        }
        catch (RequestFailedException failure)
        {
            var known = AzureErrors.Of(failure)!;
            switch (known.Failure)
            {
                case CloudFailure.Ambiguous or CloudFailure.Throttled or CloudFailure.Unavailable:
                    throw known;
                case CloudFailure.NotFound:
                    networks.Forget(region);
                    throw new CloudException(CloudFailure.Unavailable, $"what the nodes of {region} share is gone and is made anew: {known.Message}", failure);
                default:
                    // Parts of it may be there: it is void once they are gone.
                    return new CloudNode { Id = request.Node, Name = request.Node.Value, Running = false, Failure = new NodeFailure(known.Failure, known.Message) };
            }
        }
    }

    /// <summary>A machine of that name is there: by the same request, or not by ours.</summary>
    private async Task<CloudNode> KnownAsync(NodeRequest request, ResourceIdentifier group, VirtualMachineResource known, CancellationToken cancellationToken)
    {
        var (_, names, _, nodes) = _parts.Value;
        if (!names.IsOurs(known.Data.Tags))
        {
            throw new CloudException(CloudFailure.Invalid, $"the machine {known.Id.Name} is there and bears no tag {NodeTags.Owner}={names.Owner}: it is not ours");
        }

        var view = AzureView.Of(known.Data, known.Data.InstanceView?.Statuses ?? [], await nodes.AddressAsync(group, request.Node, cancellationToken));
        if (AzureMachine.Differs(request, known.Data) is not { } difference)
        {
            return view;
        }

        if (view.Failure is null && !AzureView.IsEnding(known.Data))
        {
            throw new CloudException(CloudFailure.Invalid, $"node {request.Node} was asked for before, with another request ({difference})");
        }

        await nodes.RemoveAsync(request.Node, cancellationToken);
        throw new CloudException(CloudFailure.Unavailable, $"what is left of the last attempt of node {request.Node} is removed first");
    }

    /// <summary>Asks within a time, and names what fails by the reaction it needs.</summary>
    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> call, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_settings.Subscription is null)
        {
            throw new CloudException(
                CloudFailure.Unauthorized, $"azure is not set up: give the controller {AzureSettings.SubscriptionSetting} and an identity (`az login`, a managed identity, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET), and start it again");
        }

        using var late = new CancellationTokenSource(patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await call(both.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && AzureErrors.Of(failure) is { } known)
        {
            throw ReferenceEquals(known, failure) ? failure : known;
        }
    }

    private bool IsOffered(Offering offering) =>
        (_settings.Regions.Count == 0 || _settings.Regions.Contains(offering.Region ?? "")) && AzureImage.IsThereFor(offering, _settings);

    /// <summary>A node that nobody may reach would be paid for and never be of use.</summary>
    private void RefuseUnreachable()
    {
        if (_settings.AllowFrom.Ranges.Count == 0)
        {
            throw new CloudException(
                CloudFailure.Unauthorized, $"azure is not set up: name the addresses of your controllers and gateways in {AllowedSources.Setting} of the controller, as nodes see them; nobody else reaches nodes");
        }
    }

    private sealed record Offered(IReadOnlyList<Offering> All, IReadOnlyList<Offering> Some);

    private sealed record Listing(IReadOnlyList<CloudNode> Nodes, DateTimeOffset At, int Launches);

    private sealed record Parts(ArmClient Client, AzureNames Names, AzureNetworks Networks, AzureNodes Nodes)
    {
        public static Parts Of(AzureSettings settings, OwnerId owner, TokenCredential identity)
        {
            var client = AzureClient.Make(settings, identity);
            var names = new AzureNames(settings.Subscription!, owner);
            var networks = new AzureNetworks(client, names, settings.AllowFrom);
            return new Parts(client, names, networks, new AzureNodes(client, names, networks));
        }
    }
}
