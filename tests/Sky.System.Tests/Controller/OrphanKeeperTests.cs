using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Launching.Orphans;
using Sky.Controller.Store;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clouds.Orphans;
using Sky.Core.Store;
using Sky.Testing.Clouds;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class OrphanKeeperTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-orphans-");
    private readonly FakeCloud _cloud = new("c");
    private SqliteStore _store = null!;
    private OrphanKeeper _keeper = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud.Offer(Offering);
        _store = await SqliteStore.OpenAsync(Path.Combine(_folder.FullName, "state.db"), TestSealer.Instance, Cancel);

        // In use for long.
        await _store.WriteLifeAsync(new StoreLife { Runs = 1, AliveAt = _time.GetUtcNow() }, Cancel);
        new StoreMarks(Mark).Write(new StoreMark { Owner = (await _store.GetOwnerAsync(Cancel)).Value, Runs = 1 });
        await BuyAsync("known", row: true);
        _keeper = Keeper();
    }

    public ValueTask DisposeAsync()
    {
        _keeper.Dispose();
        _store.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_no_row_knows_goes_after_the_grace_whatever_controller_sees_it_and_the_rest_stays()
    {
        await BuyAsync("stray");
        Assert.Equal(("stray", OrphanState.Seen), Assert.Single(await LookAsync()) is var seen ? (seen.Node, seen.State) : default);

        // First seen is stored: a controller that comes later does not begin anew.
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(OrphanState.Seen, Assert.Single(await LookAsync()).State);
        _keeper.Dispose();
        _keeper = Keeper();
        _time.Advance(TimeSpan.FromMinutes(1));
        await LookAsync();

        Assert.Equal(["Delete stray"], Deletes);
        Assert.Empty(await LookAsync());
        Assert.Equal(["known"], (await _cloud.ListAsync(Cancel)).Select(node => node.Id.Value));
    }

    [Fact]
    public async Task After_the_store_was_put_back_nothing_goes_for_a_day()
    {
        new StoreMarks(Mark).Write(new StoreMark { Owner = (await _store.GetOwnerAsync(Cancel)).Value, Runs = 5 });
        await BuyAsync("bought after the copy");
        await LookAsync();

        for (var minutes = 0; minutes < 24 * 60; minutes += 30)
        {
            _time.Advance(TimeSpan.FromMinutes(29));
            Assert.Equal(OrphanState.Seen, Assert.Single(await LookAsync()).State);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        await LookAsync();
        Assert.Equal(["Delete bought after the copy"], Deletes);
    }

    [Fact]
    public async Task A_cloud_that_cannot_be_asked_concludes_nothing_and_one_that_does_not_remove_is_asked_again()
    {
        await BuyAsync("stray");
        await LookAsync();
        _time.Advance(TimeSpan.FromHours(2));
        _cloud.FailNext(new CloudException(CloudFailure.Unavailable, "it is away"));
        Assert.Equal(OrphanState.Seen, Assert.Single(await LookAsync()).State);
        Assert.Empty(Deletes);

        await _store.WriteLifeAsync((await _store.LifeAsync(Cancel))! with { AliveAt = _time.GetUtcNow() }, Cancel);
        _cloud.FailDelete = new CloudException(CloudFailure.Throttled, "not so fast");
        Assert.Equal((OrphanState.Removing, "not so fast"), Assert.Single(await LookAsync()) is var late ? (late.State, late.Reason) : default);
        _cloud.FailDelete = null;
        await LookAsync();
        Assert.Empty(await LookAsync());
    }

    [Fact]
    public async Task Nodes_of_a_lost_store_are_listed_and_go_when_a_person_says_so_and_not_before()
    {
        var lost = _cloud.Others["lost"] = new FakeCloud("c");
        lost.Offer(Offering);
        await lost.LaunchAsync(new NodeRequest(new NodeId("left"), 1, Offering), Cancel);
        _time.Advance(TimeSpan.FromHours(3));
        Assert.Empty(await LookAsync());
        Assert.Equal(["left"], (await _keeper.FindAsync("lost", Cancel)).Nodes.Select(node => node.Node));
        Assert.Empty((await _keeper.FindAsync("nobody", Cancel)).Nodes);
        Assert.Single(await lost.ListAsync(Cancel));

        Assert.Equal(1, (await _keeper.AdoptAsync("lost", keep: false, Cancel)).Taken);
        await LookAsync();
        Assert.Empty(await lost.ListAsync(Cancel));
        Assert.Empty(await LookAsync());
        Assert.Single(await _cloud.ListAsync(Cancel));
    }

    [Fact]
    public async Task What_is_kept_is_reported_and_never_goes()
    {
        await BuyAsync("stray");
        await LookAsync();
        Assert.Equal(1, (await _keeper.AdoptAsync(null, keep: true, Cancel)).Taken);
        for (var hours = 0; hours < 40; hours++)
        {
            _time.Advance(TimeSpan.FromMinutes(59));
            Assert.Equal(OrphanState.Kept, Assert.Single(await LookAsync()).State);
        }

        Assert.Empty(Deletes);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Offering Offering { get; } = new() { Cloud = "c", InstanceType = "t", Cpus = 1, Memory = 1, HourlyCost = 1 };

    private string Mark => Path.Combine(_folder.FullName, "store.json");

    private IEnumerable<string> Deletes => _cloud.Calls.Where(call => call.StartsWith("Delete", StringComparison.Ordinal));

    private OrphanKeeper Keeper() => new(_store, _store, _store, new OrphanCalls([_cloud], _time), new StoreMarks(Mark), _time, NullLogger<OrphanKeeper>.Instance);

    private async Task<IReadOnlyList<OrphanNode>> LookAsync() => (await _keeper.LookAsync(Cancel)).Nodes;

    private async Task BuyAsync(string id, bool row = false)
    {
        var request = new NodeRequest(new NodeId(id), 1, Offering);
        await _cloud.LaunchAsync(request, Cancel);
        if (row)
        {
            Assert.True(await _store.WriteLaunchAsync(new StoredNodeLaunch(new NodeLaunch { Request = request, State = NodeLaunchState.Ready, CreatedAt = _time.GetUtcNow(), ChangedAt = _time.GetUtcNow() }, 0), Cancel));
        }
    }
}
