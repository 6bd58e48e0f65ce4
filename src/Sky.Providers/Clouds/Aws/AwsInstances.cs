using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Core.Services;

namespace Sky.Providers.Clouds.Aws;

/// <summary>Our instances in one region, as EC2 lists them.</summary>
internal sealed class AwsInstances(OwnerId owner, AwsClients clients)
{
    private const int PageSize = 1000;

    /// <summary>Those that are not over, and those of which EC2 says that their launch failed; of several of one node the newest attempt.</summary>
    /// <param name="region">Of EC2.</param>
    /// <param name="node">Null: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<CloudNode>> ListAsync(string region, NodeId? node, CancellationToken cancellationToken)
    {
        var instances = await AllAsync(region, node, cancellationToken);
        var requests = instances.Exists(instance => instance.InstanceLifecycle is not null) ? await TakenAsync(region, cancellationToken) : [];
        return
        [
            .. instances.OrderByDescending(instance => AwsTags.AttemptOf(instance.Tags)).ThenByDescending(instance => instance.LaunchTime)
                .Select(instance => AwsView.Of(instance, requests.GetValueOrDefault(instance.InstanceId)))
                .OfType<CloudNode>()
                .OrderBy(one => one.Failure is null ? 0 : 1)
                .DistinctBy(one => one.Id),
        ];
    }

    /// <summary>The instances of one node that are not over, by id.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(string region, NodeId node, CancellationToken cancellationToken) =>
        [.. (await AllAsync(region, node, cancellationToken)).Where(instance => instance.State?.Name != Amazon.EC2.InstanceStateName.Terminated).Select(instance => instance.InstanceId)];

    /// <summary>The instance that one attempt made, whatever became of it; null: none is to be seen.</summary>
    public async Task<Instance?> OfAttemptAsync(string region, NodeRequest request, CancellationToken cancellationToken) =>
        (await AllAsync(region, request.Node, cancellationToken)).Find(instance => AwsTags.AttemptOf(instance.Tags) == request.Attempt);

    public Task TerminateAsync(string region, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        AwsFailures.DoAsync(region, "end instances", makes: true, token => clients.Of(region).TerminateInstancesAsync(new TerminateInstancesRequest { InstanceIds = [.. ids] }, token), cancellationToken);

    private async Task<List<Instance>> AllAsync(string region, NodeId? node, CancellationToken cancellationToken)
    {
        List<Instance> all = [];
        // Asked for with a filter, EC2 gives no page without a token of the page before; ids and page sizes exclude each other.
        var request = new DescribeInstancesRequest { MaxResults = PageSize, Filters = node is { } id ? [AwsTags.Ours(owner), AwsTags.Of(id)] : [AwsTags.Ours(owner)] };
        do
        {
            var page = await AwsFailures.DoAsync(region, "list instances", makes: false, token => clients.Of(region).DescribeInstancesAsync(request, token), cancellationToken);
            all.AddRange((page.Reservations ?? []).SelectMany(reservation => reservation.Instances ?? []));
            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
        return all;
    }

    /// <summary>The spot requests whose instances are to go, by instance.</summary>
    private async Task<Dictionary<string, SpotInstanceRequest>> TakenAsync(string region, CancellationToken cancellationToken)
    {
        var request = new DescribeSpotInstanceRequestsRequest { Filters = [AwsTags.Ours(owner), new Filter("status-code", [.. AwsView.TakenAway])] };
        var answer = await AwsFailures.DoAsync(region, "list spot requests", makes: false, token => clients.Of(region).DescribeSpotInstanceRequestsAsync(request, token), cancellationToken);
        return (answer.SpotInstanceRequests ?? []).Where(one => one.InstanceId is not null).DistinctBy(one => one.InstanceId).ToDictionary(one => one.InstanceId, StringComparer.Ordinal);
    }
}
