using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Launching;
using Sky.Controller.Store;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Services;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Store;

/// <summary>Where purchases of nodes are kept.</summary>
public sealed class LaunchStoreTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-store-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_asked_is_read_as_it_was_and_its_secret_lies_nowhere_in_clear()
    {
        using (var store = await OpenAsync())
        {
            Assert.True(await store.WriteLaunchAsync(new StoredNodeLaunch(Launch("n1"), 0), Token));
            Assert.False(await store.WriteLaunchAsync(new StoredNodeLaunch(Launch("n1"), 0), Token));
            Assert.Equal(new StoredNodeLaunch(Launch("n1"), 1), await store.FindLaunchAsync(new NodeId("n1"), Token));
            Assert.Null(await store.FindLaunchAsync(new NodeId("n2"), Token));
        }

        Assert.All(Directory.GetFiles(_folder), file => Assert.DoesNotContain("s3cret", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_write_on_an_old_row_version_is_refused()
    {
        using var store = await OpenAsync();
        await store.WriteLaunchAsync(new StoredNodeLaunch(Launch("n1"), 0), Token);
        var booting = Launch("n1") with { State = NodeLaunchState.Booting, LaunchedAt = Start };
        Assert.True(await store.WriteLaunchAsync(new StoredNodeLaunch(booting, 1), Token));
        Assert.False(await store.WriteLaunchAsync(new StoredNodeLaunch(Launch("n1"), 1), Token));
        Assert.Equal(booting, (await store.FindLaunchAsync(new NodeId("n1"), Token))!.Launch);
    }

    [Fact]
    public async Task What_is_over_is_listed_for_a_while_and_kept_for_ever_without_its_secret()
    {
        using var store = await OpenAsync();
        await store.WriteLaunchAsync(new StoredNodeLaunch(Launch("n1"), 0), Token);
        await store.WriteLaunchAsync(new StoredNodeLaunch(Launch("n2"), 0), Token);
        await store.WriteLaunchAsync(new StoredNodeLaunch(Launch("n1") with { State = NodeLaunchState.Ended, EndedAt = Start }, 1), Token);

        Assert.Equal(["n1", "n2"], (await store.LaunchesAsync(Start.AddSeconds(-1), Token)).Select(one => one.Launch.Id.Value));
        Assert.Equal(["n2"], (await store.LaunchesAsync(Start, Token)).Select(one => one.Launch.Id.Value));
        var kept = (await store.LaunchHistoryAsync(new ServiceName("hello"), Token))[0];
        Assert.Equal(("n1", (string?)null), (kept.Id.Value, kept.Request.UserData));
        Assert.Empty(await store.LaunchHistoryAsync(new ServiceName("other"), Token));
        Assert.Equal(2, (await store.LaunchHistoryAsync(null, Token)).Count);
    }

    [Fact]
    public async Task What_a_service_has_spent_since_a_time_is_known_from_its_nodes()
    {
        using var store = await OpenAsync();
        var time = new FakeTimeProvider(Start.AddHours(10));
        await store.WriteLaunchAsync(new StoredNodeLaunch(Launch("n1") with { LaunchedAt = Start, EndedAt = Start.AddHours(2), State = NodeLaunchState.Ended }, 0), Token);
        await store.WriteLaunchAsync(new StoredNodeLaunch(Launch("n2") with { LaunchedAt = Start.AddHours(1), State = NodeLaunchState.Ready }, 0), Token);
        var book = new NodeBook(time, store);
        Assert.Equal(1.1, await book.SpentAsync(new ServiceName("hello"), Start, Token), 6);
        Assert.Equal(0.6, await book.SpentAsync(new ServiceName("hello"), Start.AddHours(4), Token), 6);
        Assert.Equal(0, await book.SpentAsync(new ServiceName("other"), Start, Token));
    }

    private Task<SqliteStore> OpenAsync() => SqliteStore.OpenAsync(Path.Combine(_folder, "state.db"), new TestSealer(), Token);

    private static NodeLaunch Launch(string id) => new()
    {
        Request = new NodeRequest(new NodeId(id), 1, new Offering { Cloud = "sim", Region = "r", Zone = "z", InstanceType = "t", Cpus = 2, Memory = 4, UseSpot = true, HourlyCost = 0.1 })
        {
            UserData = "#!/bin/sh\ntoken=s3cret\n",
        },
        Replica = new ReplicaKey(new ServiceName("hello"), new ReplicaId(1)),
        State = NodeLaunchState.Requested,
        CreatedAt = Start,
        ChangedAt = Start,
    };
}
