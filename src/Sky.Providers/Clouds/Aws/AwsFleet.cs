using System.Collections.Concurrent;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;

namespace Sky.Providers.Clouds.Aws;

/// <summary>
/// All nodes of ours, over all regions. Once every region has been asked, only those are asked where there is something or where something was made; all of
/// them again every ten minutes. What was just made is there, though EC2's lists may not have it yet. Safe for concurrent use.
/// </summary>
internal sealed class AwsFleet(AwsInstances instances, AwsRegions regions, TimeProvider time)
{
    private static readonly TimeSpan RoundAt = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<NodeId, AwsSighting> _seen = new();

    // Of what failed and was removed EC2 goes on to tell for an hour.
    private readonly ConcurrentDictionary<string, bool> _removed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);

    // Ticks in UTC of the last look at all regions; 0: there was none.
    private long _round;

    /// <summary>Something is about to be made there.</summary>
    public void Expect(string region) => _used[region] = true;

    public void Made(string region, CloudNode node) => _seen[node.Id] = new AwsSighting(region, node, time.GetUtcNow());

    public async Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        var last = Volatile.Read(ref _round);
        var round = last == 0 || began.UtcTicks - last >= RoundAt.Ticks;
        var asked = round ? (await regions.AllAsync(cancellationToken)).Union(_used.Keys).ToList() : [.. _used.Keys];
        var lists = await Task.WhenAll(asked.Select(region => AskAsync(region, mayFail: last != 0 && !_used.ContainsKey(region), cancellationToken)));
        var nodes = asked.Zip(lists).SelectMany(pair => (pair.Second ?? []).Where(IsLeft).Select(node => new AwsSighting(pair.First, node, null))).ToList();
        Remember(nodes, began);
        if (round)
        {
            Volatile.Write(ref _round, began.UtcTicks);
        }

        var listed = nodes.Select(one => one.Node.Id).ToHashSet();
        return [.. nodes.Select(one => one.Node), .. _seen.Values.Where(one => IsNew(one) && !listed.Contains(one.Node.Id)).Select(one => one.Node)];
    }

    public async Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken)
    {
        foreach (var region in await RegionsOfAsync(node, cancellationToken))
        {
            if ((await instances.ListAsync(region, node, cancellationToken)).FirstOrDefault(IsLeft) is { } found)
            {
                return found;
            }
        }

        return _seen.TryGetValue(node, out var known) && IsNew(known) ? known.Node : null;
    }

    public async Task DeleteAsync(NodeId node, CancellationToken cancellationToken)
    {
        var known = _seen.GetValueOrDefault(node);
        foreach (var region in await RegionsOfAsync(node, cancellationToken))
        {
            var ids = (await instances.IdsAsync(region, node, cancellationToken)).ToHashSet(StringComparer.Ordinal);
            if (known is not null && IsNew(known) && known.Region == region)
            {
                ids.Add(known.Node.Name);
            }

            if (ids.Count > 0)
            {
                await EndAsync(region, [.. ids], known, cancellationToken);
            }
        }

        if (known?.Node.Failure is not null)
        {
            _removed[known.Node.Name] = true;
        }

        _seen.TryRemove(node, out _);
    }

    private async Task EndAsync(string region, IReadOnlyList<string> ids, AwsSighting? known, CancellationToken cancellationToken)
    {
        try
        {
            await instances.TerminateAsync(region, ids, cancellationToken);
        }
        catch (CloudException gone) when (gone.Failure == CloudFailure.NotFound)
        {
            // What was just made is not known to every part of EC2 yet; what was found in its lists and is gone is done.
            if (known is not null && IsNew(known))
            {
                throw new CloudException(CloudFailure.Unavailable, $"AWS ({region}) does not know {known.Node.Name} yet, which it has just made", gone);
            }
        }
    }

    /// <summary>Null: it failed, and may.</summary>
    private async Task<IReadOnlyList<CloudNode>?> AskAsync(string region, bool mayFail, CancellationToken cancellationToken)
    {
        try
        {
            return await instances.ListAsync(region, null, cancellationToken);
        }
        catch (CloudException) when (mayFail)
        {
            return null;
        }
    }

    private async Task<IEnumerable<string>> RegionsOfAsync(NodeId node, CancellationToken cancellationToken) =>
        _seen.TryGetValue(node, out var known) ? [known.Region]
        : Volatile.Read(ref _round) != 0 ? _used.Keys
        : (await regions.AllAsync(cancellationToken)).Union(_used.Keys);

    private void Remember(List<AwsSighting> nodes, DateTimeOffset began)
    {
        foreach (var one in nodes)
        {
            _used[one.Region] = true;
            // What is listed needs no remembering, but where it is.
            _seen[one.Node.Id] = one;
        }

        var listed = nodes.Select(one => one.Node.Id).ToHashSet();
        foreach (var (id, one) in _seen.Where(pair => !listed.Contains(pair.Key) && !IsNew(pair.Value) && !(pair.Value.MadeAt > began)))
        {
            _seen.TryRemove(new KeyValuePair<NodeId, AwsSighting>(id, one));
        }
    }

    private bool IsNew(AwsSighting one) => time.GetUtcNow() - one.MadeAt < NodeLifecycle.ListingLag;

    private bool IsLeft(CloudNode node) => node.Failure is null || !_removed.ContainsKey(node.Name);
}
