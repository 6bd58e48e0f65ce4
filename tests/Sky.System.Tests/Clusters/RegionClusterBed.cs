using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Clusters;
using Sky.Controller.Launching;
using Sky.Controller.Nodes;
using Sky.Controller.Reconciling;
using Sky.Controller.Store;
using Sky.Core;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clouds.Launching.Regions;
using Sky.Core.Clusters;
using Sky.Core.Nodes;
using Sky.Core.Placement;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.SystemTests.Controller;
using Sky.SystemTests.Nodes;
using Sky.Testing.Clouds;
using Sky.Testing.Store;

namespace Sky.SystemTests.Clusters;

/// <summary>A store, a cloud in memory, and controllers that buy nodes there one after the other: each dies at the call that a test names, before it or after.</summary>
internal sealed class RegionClusterBed : IAsyncDisposable
{
    public static readonly RegionCluster Region = new("c", "east");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-region-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private SqliteStore _store = null!;
    private NodeLauncher? _launcher;
    private ClusterChanges _changes = null!;

    public FakeCloud Cloud { get; } = new(Region.Cloud);

    public RegionClusterDeath Death { get; private set; } = new(int.MaxValue, after: false);

    public static Offering Manager { get; } = Offer("small", 0.1);

    public static Offering Worker { get; } = Offer("gpu", 5) with { Accelerator = "L4", AcceleratorCount = 1 };

    public ClusterRecord? Cluster => _changes.Current.FirstOrDefault(cluster => cluster.Name == Region.Name);

    public static async Task<RegionClusterBed> StartAsync(int dieAt = int.MaxValue, bool after = false)
    {
        var bed = new RegionClusterBed();
        bed._store = await SqliteStore.OpenAsync(Path.Combine(bed._folder.FullName, "state.db"), TestSealer.Instance, CancellationToken.None);
        bed.Cloud.Offer(Manager, Worker);
        await bed.WantAsync(attempt: 1);
        bed.Begin(dieAt, after);
        return bed;
    }

    /// <summary>A controller, after the one there was.</summary>
    public void Begin(int dieAt = int.MaxValue, bool after = false)
    {
        _launcher?.Dispose();
        _changes?.Dispose();
        Death = new RegionClusterDeath(dieAt, after);
        _changes = new ClusterChanges(new MortalClusters(_store, Death), _time);
        var launches = new MortalLaunches(_store, Death);
        var enrolments = new NodeEnrolments(_store, new NodeAuthority(new SkyHome(_folder.FullName), _time), new FakeClusters(), _time, NullLogger<NodeEnrolments>.Instance);
        var calls = new CloudCalls([new MortalCloud(Cloud, Death)], _time, NullLogger<CloudCalls>.Instance);
        var orders = new NodeOrders(launches, enrolments, new PlainUserData(), _time, NullLogger<NodeOrders>.Instance);
        var book = new NodeBook(_time, launches);
        _launcher = new NodeLauncher(
            launches, _store, calls, orders, new RegionClusters(_changes, calls, orders, book, _time, NullLogger<RegionClusters>.Instance), book, new WorkQueue(_time), _time, NullLogger<NodeLauncher>.Instance);
    }

    /// <summary>A replica that wants its node, or does not any more.</summary>
    public async Task WantAsync(int attempt, bool over = false)
    {
        var stored = await _store.LoadAsync(new ServiceName("svc"), CancellationToken.None);
        var row = Aggregates.Replica("svc", 1, over ? ReplicaState.Stopped : ReplicaState.Provisioning) with { Placement = ReplicaPlacement.Of(Worker), NodeAttempt = attempt };
        var made = Aggregates.Service("svc", replicas: row);
        await _store.CommitAsync(
            new ServiceCommit { ExpectedRowVersion = stored?.RowVersion ?? 0, Service = made.Service, Upserts = [row], NewVersion = stored is null ? made.Versions[1] : null }, CancellationToken.None);
    }

    /// <summary>Looks of the launcher, with what the keeper of clusters does between them. What dies is followed by another.</summary>
    /// <returns>How often a controller died.</returns>
    public async Task<int> LookAsync(int times)
    {
        var deaths = 0;
        for (var i = 0; i < times; i++)
        {
            try
            {
                await _launcher!.LookAsync(Death.Life);
                await KeepAsync();
            }
            catch (OperationCanceledException)
            {
                deaths++;
                Begin();
            }

            _time.Advance(TimeSpan.FromSeconds(5));
        }

        return deaths;
    }

    public async Task<IReadOnlyList<NodeLaunch>> LaunchesAsync() =>
        [.. (await _store.LaunchesAsync(DateTimeOffset.MinValue, CancellationToken.None)).Select(stored => stored.Launch)];

    public ValueTask DisposeAsync()
    {
        _launcher?.Dispose();
        _changes.Dispose();
        _store.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task KeepAsync()
    {
        foreach (var node in Cluster?.Nodes ?? [])
        {
            await _changes.ChangeAsync(
                Region.Name,
                (known, _) => known is null ? new ClusterDecision() : node.State == ClusterNodeState.Removing ? known.Without(node.Name) : ClusterRules.Joined(known, node.Name, $"id-{node.Name}"),
                Death.Life);
        }
    }

    private static Offering Offer(string type, double cost) => new()
    {
        Cloud = Region.Cloud, Region = Region.Region, Zone = "a", InstanceType = type, Cpus = 4, Memory = 16, HourlyCost = cost, Engine = Region.Engine,
    };

    private sealed class PlainUserData : INodeUserData
    {
        public string Of(NodeKey node, string cloud, EnrolmentToken token) => $"{node} {token.Id}";
    }

    private sealed class MortalCloud(FakeCloud cloud, RegionClusterDeath death) : ICloud
    {
        public string Name => cloud.Name;

        public Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken) => cloud.ListOfferingsAsync(cancellationToken);

        public async Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken) => Reached(await death.AtAsync(() => cloud.LaunchAsync(request, cancellationToken)));

        public async Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) => await cloud.GetAsync(node, cancellationToken) is { } known ? Reached(known) : null;

        public async Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken) => [.. (await cloud.ListAsync(cancellationToken)).Select(Reached)];

        public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) => death.AtAsync(async () =>
        {
            await cloud.DeleteAsync(node, cancellationToken);
            return true;
        });

        /// <summary>An address of its own, by its name.</summary>
        private static CloudNode Reached(CloudNode node) => node with { Address = $"10.{node.Id.Value[^1] % 100}.{node.Id.Value[^2] % 100}.{node.Id.Value[^3] % 100}" };
    }

    private sealed class MortalLaunches(INodeLaunchStore store, RegionClusterDeath death) : INodeLaunchStore
    {
        public Task<IReadOnlyList<StoredNodeLaunch>> LaunchesAsync(DateTimeOffset overSince, CancellationToken cancellationToken) => store.LaunchesAsync(overSince, cancellationToken);

        public Task<StoredNodeLaunch?> FindLaunchAsync(NodeId node, CancellationToken cancellationToken) => store.FindLaunchAsync(node, cancellationToken);

        public Task<IReadOnlyList<NodeLaunch>> LaunchHistoryAsync(ServiceName? service, CancellationToken cancellationToken) => store.LaunchHistoryAsync(service, cancellationToken);

        public Task<bool> WriteLaunchAsync(StoredNodeLaunch launch, CancellationToken cancellationToken) => death.AtAsync(() => store.WriteLaunchAsync(launch, cancellationToken));
    }

    private sealed class MortalClusters(IClusterStore store, RegionClusterDeath death) : IClusterStore
    {
        public Task<IReadOnlyList<StoredCluster>> ClustersAsync(CancellationToken cancellationToken) => store.ClustersAsync(cancellationToken);

        public Task<bool> WriteClusterAsync(StoredCluster cluster, CancellationToken cancellationToken) => death.AtAsync(() => store.WriteClusterAsync(cluster, cancellationToken));

        public Task<bool> DeleteClusterAsync(ClusterName cluster, long rowVersion, CancellationToken cancellationToken) => death.AtAsync(() => store.DeleteClusterAsync(cluster, rowVersion, cancellationToken));
    }
}
