using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Placement;
using Sky.Core.Services;

namespace Sky.Controller.Launching;

/// <summary>Asks clouds: each call is bounded in time, and a failure is a value.</summary>
internal sealed partial class CloudCalls(IReadOnlyList<ICloud> clouds, TimeProvider time, ILogger<CloudCalls> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<(string Cloud, string Verb), string> _failing = new();

    /// <summary>The nodes of ours that each of these clouds lists; one that cannot be asked is left out.</summary>
    public async Task<CloudSights> LookAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var asked = names.Select(Find).OfType<ICloud>().ToList();
        var lists = await Task.WhenAll(asked.Select(cloud => ListAsync(cloud, cancellationToken)));
        return new CloudSights(asked.Zip(lists).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First.Name, pair => pair.Second!));
    }

    /// <summary>What a cloud offers now; null while it cannot say.</summary>
    public Task<IReadOnlyList<Offering>?> OfferingsAsync(string name, CancellationToken cancellationToken) =>
        TryAsync(name, "offerings", cloud => cloud.ListOfferingsAsync(cancellationToken), cancellationToken);

    /// <summary>What is to be asked for a replica's node; null while its cloud cannot say what it offers.</summary>
    public async Task<Offering?> OfferingAsync(ReplicaPlacement place, CancellationToken cancellationToken) =>
        await OfferingsAsync(place.Cloud, cancellationToken) is { } offerings ? offerings.FirstOrDefault(offering => Is(offering, place)) ?? Unoffered(place) : null;

    /// <summary>Does the call, and gives the node as it is afterwards.</summary>
    public async Task<NodeLaunch> DoAsync(NodeLaunch launch, NodeCall call, CancellationToken cancellationToken)
    {
        try
        {
            var cloud = Find(launch.Request.Offering.Cloud)
                ?? throw new CloudException(CloudFailure.Unavailable, $"this controller does not know the cloud {launch.Request.Offering.Cloud} (any more)");
            if (call == NodeCall.Launch)
            {
                var node = await cloud.LaunchAsync(launch.Request, cancellationToken).WaitAsync(Patience, time, cancellationToken);
                return NodeLifecycle.Launched(launch, node, time.GetUtcNow());
            }

            await cloud.DeleteAsync(launch.Id, cancellationToken).WaitAsync(Patience, time, cancellationToken);
            return NodeLifecycle.Deleted(launch, time.GetUtcNow());
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            var known = Known(failure);
            return call == NodeCall.Launch ? NodeLifecycle.NotLaunched(launch, known, time.GetUtcNow()) : NodeLifecycle.NotDeleted(launch, known, time.GetUtcNow());
        }
    }

    private ICloud? Find(string name) => clouds.FirstOrDefault(cloud => cloud.Name == name);

    private async Task<IReadOnlyDictionary<NodeId, CloudNode>?> ListAsync(ICloud cloud, CancellationToken cancellationToken) =>
        (await TryAsync(cloud.Name, "list", _ => cloud.ListAsync(cancellationToken), cancellationToken))?.DistinctBy(node => node.Id).ToDictionary(node => node.Id);

    private async Task<T?> TryAsync<T>(string name, string verb, Func<ICloud, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            if (Find(name) is not { } cloud)
            {
                return null;
            }

            var answer = await call(cloud).WaitAsync(Patience, time, cancellationToken);
            _failing.TryRemove((name, verb), out _);
            return answer;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            var reason = Known(failure).Message;
            if (_failing.GetValueOrDefault((name, verb)) != reason)
            {
                _failing[(name, verb)] = reason;
                LogFailed(verb, name, reason);
            }

            return null;
        }
    }

    /// <summary>What is not answered may have happened.</summary>
    private CloudException Known(Exception failure)
    {
        switch (failure)
        {
            case CloudException known:
                return known;
            case TimeoutException:
                return new CloudException(CloudFailure.Ambiguous, $"no answer within {Patience.TotalSeconds:0} s");
            default:
                LogUnexpected(failure);
                return new CloudException(CloudFailure.Ambiguous, "an unexpected failure; the controller's log has more");
        }
    }

    private static bool Is(Offering offering, ReplicaPlacement place) =>
        offering.Cloud == place.Cloud && offering.Region == place.Region && offering.Zone == place.Zone
        && offering.InstanceType == place.InstanceType && offering.UseSpot == place.UseSpot && !offering.Owned;

    /// <summary>It was offered when it was chosen: the cloud itself is to say what is wrong with it now.</summary>
    private static Offering Unoffered(ReplicaPlacement place) => new()
    {
        Cloud = place.Cloud,
        Region = place.Region,
        Zone = place.Zone,
        InstanceType = place.InstanceType ?? place.Node,
        UseSpot = place.UseSpot,
        Cpus = 0,
        Memory = 0,
        Accelerator = place.Accelerators?.Split(':')[0],
        AcceleratorCount = place.Accelerators?.Split(':') is [_, var count] ? double.Parse(count, CultureInfo.InvariantCulture) : 0,
        HourlyCost = place.HourlyCost,
        Engine = place.EngineName,
    };

    [LoggerMessage(2111, LogLevel.Warning, "{Verb} of cloud {Cloud} failed: {Reason}")]
    private partial void LogFailed(string verb, string cloud, string reason);

    [LoggerMessage(2112, LogLevel.Error, "a cloud's call failed unexpectedly")]
    private partial void LogUnexpected(Exception failure);
}
