using Amazon.EC2;
using Amazon.Runtime;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Providers.Clouds.Aws.Network;

namespace Sky.Providers.Clouds.Aws;

/// <summary>Removes what an owner's nodes leave at AWS: the networks. May be broken off and begun anew.</summary>
public sealed class AwsRemoval
{
    private const string AnyRegion = "us-east-1";

    private readonly OwnerId _owner;
    private readonly Func<string, IAmazonEC2> _client;
    private readonly AwsSettings _settings;
    private readonly string _first;
    private readonly TimeProvider _time;

    /// <param name="settings">The regions.</param>
    /// <param name="owner">Whose.</param>
    /// <param name="variable">The environment, for the SDK's own settings.</param>
    /// <param name="time">The clock.</param>
    public AwsRemoval(AwsSettings settings, OwnerId owner, Func<string, string?> variable, TimeProvider time)
        : this(settings, owner, region => new AwsPlainClient(AwsClients.Config(region, variable, retries: 0)), variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? AnyRegion, time)
    {
    }

    internal AwsRemoval(AwsSettings settings, OwnerId owner, Func<string, IAmazonEC2> client, string firstRegion, TimeProvider time)
    {
        (_settings, _owner, _client, _first, _time) = (settings, owner, client, firstRegion, time);
    }

    /// <summary>What was removed, such as <c>eu-central-1: vpc-…</c>; empty where there was nothing.</summary>
    /// <exception cref="CloudException">There are nodes, and nothing was removed; or AWS refuses, and what was not removed yet stays.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RemoveAsync(cancellationToken);
        }
        catch (AmazonClientException none)
        {
            throw new CloudException(CloudFailure.Unauthorized, "there are no credentials of AWS here: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", none);
        }
    }

    private async Task<IReadOnlyList<string>> RemoveAsync(CancellationToken cancellationToken)
    {
        using var clients = new AwsClients(_client);
        using var places = new AwsRegions(_settings, clients, _settings.Regions.Count > 0 ? _settings.Regions[0] : _first, _time);
        var regions = (await places.AllAsync(cancellationToken)).Order(StringComparer.Ordinal).ToList();
        var instances = new AwsInstances(_owner, clients);
        var nodes = (await Task.WhenAll(regions.Select(region => instances.ListAsync(region, null, cancellationToken)))).SelectMany(list => list).Where(node => node.Failure is null).ToList();
        if (nodes.Count > 0)
        {
            throw new CloudException(CloudFailure.Invalid, $"there are nodes at AWS that need their network: {string.Join(", ", nodes.Select(node => $"{node.Id} ({node.Name})"))}. Take down the services there first");
        }

        List<string> removed = [];
        foreach (var region in regions)
        {
            var calls = new AwsNetworkRemoval(region, clients.Of(region), _owner);
            removed.AddRange((await calls.RunAsync(cancellationToken)).Select(id => $"{region}: {id}"));
        }

        return removed;
    }
}
