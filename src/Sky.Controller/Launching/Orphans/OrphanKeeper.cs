using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clouds.Orphans;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Launching.Orphans;

/// <summary>
/// Looks for nodes that bear our owner and that no row knows, where nodes were ever bought: reports them, and removes them after a grace. What it wants is stored before a
/// cloud is asked; it may be killed at any instruction.
/// </summary>
internal sealed partial class OrphanKeeper(
    IOrphanStore orphans, INodeLaunchStore launches, IStore services, OrphanCalls clouds, StoreMarks marks, TimeProvider time, ILogger<OrphanKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, string> _silent = [];
    private HashSet<string>? _bought;
    private StoreLife? _life;

    /// <summary>What the last look came to; null: there was none yet.</summary>
    public OrphanReport? Latest { get; private set; }

    /// <summary>What is known now, after a look at every cloud where nodes were bought.</summary>
    public async Task<OrphanReport> LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            _life = await BeatAsync(now, cancellationToken);
            _bought ??= [.. (await launches.LaunchHistoryAsync(null, cancellationToken)).Select(launch => launch.Request.Offering.Cloud)];
            _bought.UnionWith((await launches.LaunchesAsync(DateTimeOffset.MaxValue, cancellationToken)).Select(stored => stored.Launch.Request.Offering.Cloud));
            var known = await orphans.OrphansAsync(cancellationToken);
            foreach (var (cloud, owner) in _bought.Select(cloud => (Cloud: cloud, Owner: (string?)null)).Concat(known.Select(row => (row.Orphan.Cloud, row.Orphan.Owner))).Distinct().ToList())
            {
                await LookAsync(cloud, owner, cancellationToken);
            }

            return Latest = new OrphanReport([.. (await orphans.OrphansAsync(cancellationToken)).Select(row => row.Orphan)], _life, marks.Read()?.Before ?? [], new Dictionary<string, string>(_silent));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>What a person said of nodes: they go now, or stay. Nodes of another owner are ours from then on.</summary>
    /// <param name="owner">Whose; null: ours.</param>
    /// <param name="keep">They stay.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many, and the clouds that could not be asked, with the reasons.</returns>
    public async Task<(int Taken, IReadOnlyDictionary<string, string> Problems)> AdoptAsync(string? owner, bool keep, CancellationToken cancellationToken)
    {
        var taken = 0;
        var (found, problems) = owner is null ? ([], new Dictionary<string, string>()) : await FindAsync(owner, cancellationToken);
        await _one.WaitAsync(cancellationToken);
        try
        {
            var state = keep ? OrphanState.Kept : OrphanState.Removing;
            var rows = (await orphans.OrphansAsync(cancellationToken)).Where(row => row.Orphan.Owner == owner).ToList();
            foreach (var row in rows.Concat(found.Where(one => !rows.Exists(row => (row.Orphan.Cloud, row.Orphan.Node) == (one.Cloud, one.Node))).Select(one => new StoredOrphan(one, 0))))
            {
                taken += await orphans.WriteOrphanAsync(row with { Orphan = row.Orphan with { State = state, Reason = null } }, cancellationToken) ? 1 : 0;
            }
        }
        finally
        {
            _one.Release();
        }

        return (taken, problems);
    }

    /// <summary>What all clouds list of another owner, and those that could not be asked.</summary>
    public async Task<(IReadOnlyList<OrphanNode> Nodes, Dictionary<string, string> Problems)> FindAsync(string owner, CancellationToken cancellationToken)
    {
        var (nodes, problems, now) = (new List<OrphanNode>(), new Dictionary<string, string>(), time.GetUtcNow());
        foreach (var cloud in clouds.Clouds)
        {
            var (listed, problem) = await clouds.ListAsync(cloud, owner, cancellationToken);
            nodes.AddRange((listed ?? []).Select(node => new OrphanNode
            {
                Cloud = cloud, Node = node.Id.Value, Owner = owner, Name = node.Name, Address = node.Address, FirstSeen = now, State = OrphanState.Seen,
            }));
            if (problem is not null)
            {
                problems[cloud] = problem;
            }
        }

        return (nodes, problems);
    }

    public override void Dispose()
    {
        base.Dispose();
        _one.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var next = Period;
                try
                {
                    next = (await LookAsync(stoppingToken)).Nodes.Any(node => node.State == OrphanState.Removing) ? Often : Period;
                }
                catch (StoreUnavailableException)
                {
                    // Whoever writes to it says so; the next look tries again.
                }

                await Task.Delay(next, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task LookAsync(string cloud, string? owner, CancellationToken cancellationToken)
    {
        var (listed, problem) = await clouds.ListAsync(cloud, owner, cancellationToken);
        NoteSilence(cloud, problem);

        // After the listing: a purchase has its row before its node is there.
        var known = (await launches.LaunchesAsync(DateTimeOffset.MaxValue, cancellationToken)).Select(stored => stored.Launch.Id).ToHashSet();
        var now = time.GetUtcNow();
        var plan = OrphanRules.Look(cloud, owner, listed, known, await orphans.OrphansAsync(cancellationToken), StoreLives.IsQuiet(_life!, now), now);
        foreach (var row in plan.Writes)
        {
            if (await orphans.WriteOrphanAsync(row, cancellationToken))
            {
                LogChanged(row.Orphan.Node, cloud, row.RowVersion == 0 ? "no row knows it" : "it is removed, since no row has known it for the whole grace");
            }
        }

        foreach (var row in plan.Forgotten)
        {
            if (await orphans.ForgetOrphanAsync(row, cancellationToken))
            {
                LogChanged(row.Orphan.Node, cloud, "it is gone, or a row knows it now");
            }
        }

        foreach (var orphan in plan.Remove)
        {
            await RemoveAsync(orphan, cancellationToken);
        }
    }

    private async Task RemoveAsync(OrphanNode orphan, CancellationToken cancellationToken)
    {
        var problem = await clouds.RemoveAsync(orphan.Cloud, orphan.Owner, new NodeId(orphan.Node), cancellationToken);
        var row = (await orphans.OrphansAsync(cancellationToken)).FirstOrDefault(one => (one.Orphan.Cloud, one.Orphan.Owner, one.Orphan.Node) == (orphan.Cloud, orphan.Owner, orphan.Node));
        if (row is not null && row.Orphan.Reason != problem)
        {
            await orphans.WriteOrphanAsync(row with { Orphan = row.Orphan with { Reason = problem } }, cancellationToken);
        }
    }

    /// <summary>Begins the store's life with this controller, and says again and again that it goes on.</summary>
    private async Task<StoreLife> BeatAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_life is not { } life)
        {
            return await marks.BeginAsync(orphans, await services.GetOwnerAsync(cancellationToken), now, cancellationToken);
        }

        if (now - life.AliveAt >= Period)
        {
            await orphans.WriteLifeAsync(life = life with { AliveAt = now }, cancellationToken);
        }

        return life;
    }

    private void NoteSilence(string cloud, string? problem)
    {
        if (problem is null)
        {
            _silent.Remove(cloud);
        }
        else if (_silent.GetValueOrDefault(cloud) != problem)
        {
            _silent[cloud] = problem;
            LogSilent(cloud, problem);
        }
    }

    [LoggerMessage(2120, LogLevel.Warning, "node {Node} of cloud {Cloud}: {What}")]
    private partial void LogChanged(string node, string cloud, string what);

    [LoggerMessage(2121, LogLevel.Warning, "whether there are orphans in cloud {Cloud} is not known: {Reason}")]
    private partial void LogSilent(string cloud, string reason);
}
