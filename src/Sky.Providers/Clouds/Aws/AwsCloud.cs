using System.Collections.Concurrent;
using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Services;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds.Aws.Network;

namespace Sky.Providers.Clouds.Aws;

/// <summary>
/// Amazon's cloud: EC2 instances as nodes. It offers something where it has credentials and is told from where nodes may be reached. A launch bears a token made
/// of node and attempt, so that EC2 itself makes it once. Calls are sent once: their failures say whether to repeat them.
/// </summary>
public sealed class AwsCloud : ICloud, IDisposable
{
    private const string AnyRegion = "us-east-1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly AwsSettings _settings;
    private readonly OwnerId _owner;
    private readonly CatalogOfferings _catalog;
    private readonly AwsClients _clients;
    private readonly AwsIdentity _identity;
    private readonly AwsRegions _regions;
    private readonly AwsImages _images;
    private readonly AwsNetworks _networks;
    private readonly AwsInstances _instances;
    private readonly AwsFleet _fleet;
    private readonly TimeProvider _time;
    private readonly Func<OwnerId, AwsCloud> _of;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _missing = new(StringComparer.Ordinal);
    private (IReadOnlyList<Offering> All, IReadOnlySet<string> Regions, IReadOnlyList<Offering> Offered)? _offered;

    /// <param name="settings">How nodes are made.</param>
    /// <param name="owner">Of the store.</param>
    /// <param name="catalogs">What is sold.</param>
    /// <param name="variable">The environment: the SDK's own settings, such as <c>AWS_ENDPOINT_URL</c> and <c>AWS_REGION</c>.</param>
    /// <param name="time">The clock.</param>
    public AwsCloud(AwsSettings settings, OwnerId owner, CatalogFolder catalogs, Func<string, string?> variable, TimeProvider time)
        : this(settings, owner, catalogs, region => Client(region, variable), AwsIdentity.ResolveAsync, variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? AnyRegion, time)
    {
    }

    /// <summary>The same with given clients and credentials.</summary>
    internal AwsCloud(
        AwsSettings settings, OwnerId owner, CatalogFolder catalogs, Func<string, IAmazonEC2> client, Func<Task> credentials, string firstRegion, TimeProvider time)
    {
        (_settings, _owner, _time) = (settings, owner, time);
        _of = other => new AwsCloud(settings, other, catalogs, client, credentials, firstRegion, time);
        _catalog = new CatalogOfferings(catalogs, Name);
        _clients = new AwsClients(client);
        _identity = new AwsIdentity(credentials, time);
        _regions = new AwsRegions(settings, _clients, settings.Regions.Count > 0 ? settings.Regions[0] : firstRegion, time);
        _images = new AwsImages(settings, _clients, time);
        _networks = new AwsNetworks(settings, owner, _clients, time);
        _instances = new AwsInstances(owner, _clients);
        _fleet = new AwsFleet(_instances, _regions, time);
    }

    public string Name => "aws";

    public async Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken)
    {
        if (_settings.Sources.Ranges.Count == 0)
        {
            throw new CloudException(
                CloudFailure.Unauthorized, $"nothing is bought on AWS until {AllowedSources.Setting} says from which addresses its nodes may be reached: those of the controller and the gateways, such as 203.0.113.7/32");
        }

        await _identity.CheckAsync(cancellationToken);
        var (all, regions) = (_catalog.All(), await _regions.AllAsync(cancellationToken));
        if (_offered is not { } known || !ReferenceEquals(known.All, all) || !ReferenceEquals(known.Regions, regions))
        {
            _offered = known = (all, regions, [.. all.Where(offering => offering.Region is { } region && regions.Contains(region) && _images.HasImageFor(offering))]);
        }

        return known.Offered;
    }

    public string? WhyNotIn(string region) => _regions.WhyNot(region);

    public async Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        if (request.Offering.Cloud != Name || request.Offering.Region is not { } region)
        {
            throw new CloudException(CloudFailure.Invalid, $"{request} is nothing that AWS offers: it names no region of it");
        }

        _fleet.Expect(region);
        try
        {
            var image = await _images.FindAsync(region, request.Offering, cancellationToken);
            var network = await _networks.EnsureAsync(region, request.Offering.Zone, cancellationToken);
            var launch = AwsLaunch.Request(request, _owner, _settings, image, network);
            var node = await RunAsync(region, request, launch, cancellationToken);
            _fleet.Made(region, node);
            return node;
        }
        catch (CloudException failure) when (failure.Failure is CloudFailure.Invalid or CloudFailure.Unavailable)
        {
            // What was remembered of the region may be what is wrong.
            _images.Forget(region);
            _networks.Forget(region);
            throw;
        }
    }

    public Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) => _fleet.GetAsync(node, cancellationToken);

    public async Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken)
    {
        // Whoever never had an account here is told so at once, where all clouds are asked.
        await _identity.CheckAsync(cancellationToken);
        return await _fleet.ListAsync(cancellationToken);
    }

    public ICloud Of(OwnerId owner) => _of(owner);

    public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) => _fleet.DeleteAsync(node, cancellationToken);

    public void Dispose()
    {
        _networks.Dispose();
        _regions.Dispose();
        _identity.Dispose();
        _clients.Dispose();
    }

    private static AwsPlainClient Client(string region, Func<string, string?> variable)
    {
        var config = AwsClients.Config(region, variable, retries: 0);
        config.Timeout = Patience;
        return new AwsPlainClient(config);
    }

    private async Task<CloudNode> RunAsync(string region, NodeRequest request, RunInstancesRequest launch, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await AwsFailures.DoAsync(region, "launch an instance", makes: true, token => _clients.Of(region).RunInstancesAsync(launch, token), cancellationToken);
            return ViewOf(region, request, answer.Reservation?.Instances?.FirstOrDefault());
        }
        catch (CloudException known) when (AwsFailures.CodeOf(known) == AwsFailures.TokenUsed)
        {
            // The same attempt, asked for in other words: an image has become newer since, or a setting another. What was made then is the node.
            if (await _instances.OfAttemptAsync(region, request, cancellationToken) is { } instance)
            {
                return ViewOf(region, request, instance);
            }

            // It may not be listed yet. Once lists had their time it is long over: nothing came of this attempt, nor will.
            var first = _missing.GetOrAdd(launch.ClientToken, _time.GetUtcNow());
            if (_time.GetUtcNow() - first > NodeLifecycle.ListingLag)
            {
                throw new CloudException(CloudFailure.NotFound, $"AWS ({region}) launched {request.Node} before, and nothing is left of it", known);
            }

            throw;
        }
    }

    /// <summary>A replay also gives what has ended since: it does not run, and will be missing in the lists.</summary>
    private static CloudNode ViewOf(string region, NodeRequest request, Instance? instance)
    {
        if (instance?.InstanceId is null)
        {
            throw new CloudException(CloudFailure.Ambiguous, $"AWS ({region}) launched an instance and does not say which");
        }

        return (AwsView.Of(instance, null) ?? new CloudNode { Id = request.Node, Name = instance.InstanceId, Running = false }) with { Id = request.Node };
    }
}
