using Sky.Core.Autoscaling;
using Sky.Core.Placement;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Store;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Store;

/// <summary>What every store must do.</summary>
public abstract class StoreContract
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    protected static ServiceName Name { get; } = new("hello");

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<IStore> CreateAsync();

    [Fact]
    public async Task ServiceThatWasNeverWrittenIsNull() => Assert.Null(await (await CreateAsync()).LoadAsync(Name, Token));

    [Fact]
    public async Task OwnerStaysTheSame()
    {
        var store = await CreateAsync();
        Assert.Equal(await store.GetOwnerAsync(Token), await store.GetOwnerAsync(Token));
    }

    [Fact]
    public async Task WhatIsWrittenIsRead()
    {
        var store = await CreateAsync();
        var spec = TestSpecs.Spec(2) with { Task = new TaskSpec { Run = "x", Secrets = new Dictionary<string, SecretValue> { ["KEY"] = new("s3cret") } } };
        Assert.True(await store.CommitAsync(Create() with { NewVersion = Version(1, spec), Upserts = [Replica(1), Replica(2)] }, Token));

        var read = await store.LoadAsync(Name, Token);

        Assert.NotNull(read);
        Assert.Equal(1, read.RowVersion);
        Assert.Equal([1, 2], read.Replicas.Select(replica => replica.Id.Value));
        Assert.Equal(Start, read.Service.CreatedAt);
        Assert.Equal("s3cret", read.Target.Spec.Task.Secrets["KEY"].Reveal());
        Assert.Equal([new RequestCount(7, 3)], read.Service.Autoscaler.Window);
        Assert.Equal([Name], await store.ListAsync(Token));
    }

    [Fact]
    public async Task CreatingTwiceIsRefused()
    {
        var store = await CreateAsync();
        Assert.True(await store.CommitAsync(Create(), Token));
        Assert.False(await store.CommitAsync(Create(), Token));
    }

    [Fact]
    public async Task WriteOnAnOldRowVersionIsRefusedAsAWhole()
    {
        var store = await CreateAsync();
        await store.CommitAsync(Create(), Token);
        await store.CommitAsync(Change(1) with { Upserts = [Replica(1)] }, Token);

        Assert.False(await store.CommitAsync(Change(1) with { Upserts = [Replica(2)], NewVersion = Version(2), Events = [Event("no")] }, Token));

        var read = await store.LoadAsync(Name, Token);
        Assert.Equal([1], read!.Replicas.Select(replica => replica.Id.Value));
        Assert.Equal([1], read.Versions.Keys);
        Assert.Empty(await store.EventsAsync(Name, 10, Token));
    }

    [Fact]
    public async Task WriteToAServiceThatIsNotThereIsRefused() => Assert.False(await (await CreateAsync()).CommitAsync(Change(3), Token));

    [Fact]
    public async Task ReplicasAreReplacedAndRemoved()
    {
        var store = await CreateAsync();
        await store.CommitAsync(Create() with { Upserts = [Replica(1), Replica(2)] }, Token);
        await store.CommitAsync(
            Change(1) with { Upserts = [Replica(1) with { State = ReplicaState.Ready }], Removals = [new ReplicaId(2), new ReplicaId(99)] }, Token);

        var read = await store.LoadAsync(Name, Token);
        Assert.Equal(2, read!.RowVersion);
        Assert.Equal(ReplicaState.Ready, Assert.Single(read.Replicas).State);
    }

    [Fact]
    public async Task VersionsPileUp()
    {
        var store = await CreateAsync();
        await store.CommitAsync(Create(), Token);
        Assert.Single((await store.LoadAsync(Name, Token))!.Versions);
        await store.CommitAsync(Change(1) with { NewVersion = Version(2, TestSpecs.Spec(5)) }, Token);

        var read = await store.LoadAsync(Name, Token);
        Assert.Equal([1, 2], read!.Versions.Keys.Order());
        Assert.Equal(5, read.Versions[2].Spec.Serving.ReplicaPolicy.MinReplicas);
    }

    [Fact]
    public async Task NewestEventsAreKeptOldestFirst()
    {
        var store = await CreateAsync();
        await store.CommitAsync(Create(), Token);
        await store.CommitAsync(Change(1) with { Events = [.. Enumerable.Range(0, 700).Select(number => Event($"{number}"))] }, Token);

        Assert.Equal(["697", "698", "699"], (await store.EventsAsync(Name, 3, Token)).Select(happened => happened.Message));
        Assert.Equal("200", (await store.EventsAsync(Name, 1000, Token))[0].Message);
        Assert.Empty(await store.EventsAsync(new ServiceName("other"), 10, Token));
    }

    [Fact]
    public async Task OfManyWritersOnOneRowVersionOneWins()
    {
        var store = await CreateAsync();
        await store.CommitAsync(Create(), Token);
        var wins = await Task.WhenAll(Enumerable.Range(0, 16).Select(id => Task.Run(() => store.CommitAsync(Change(1) with { Upserts = [Replica(id + 1)] }, Token))));

        Assert.Single(wins, won => won);
        Assert.Single((await store.LoadAsync(Name, Token))!.Replicas);
    }

    [Fact]
    public async Task ServicesDoNotMix()
    {
        var store = await CreateAsync();
        var other = new ServiceName("Hello");
        await store.CommitAsync(Create() with { Upserts = [Replica(1)] }, Token);
        await store.CommitAsync(Create() with { Service = Create().Service with { Name = other } }, Token);

        Assert.Equal([other, Name], await store.ListAsync(Token));
        Assert.Empty((await store.LoadAsync(other, Token))!.Replicas);
    }

    internal static ServiceCommit Create() => Change(0) with { NewVersion = Version(1) };

    protected static ServiceCommit Change(long rowVersion) => new()
    {
        ExpectedRowVersion = rowVersion,
        Service = new ServiceRecord
        {
            Name = Name,
            Phase = ServicePhase.Active,
            LatestVersion = 1,
            TargetVersion = 1,
            NextReplicaId = new ReplicaId(3),
            Autoscaler = new AutoscalerState { Target = 2, Window = [new RequestCount(7, 3)] },
            CreatedAt = Start,
        },
    };

    protected static ReplicaRecord Replica(int id) => new()
    {
        Service = Name,
        Id = new ReplicaId(id),
        Version = 1,
        State = ReplicaState.Pending,
        Placement = new ReplicaPlacement { Cloud = "local", Node = "here" },
        CreatedAt = Start,
        ChangedAt = Start,
    };

    private static VersionRecord Version(int number, ServiceSpec? spec = null) =>
        new() { Service = Name, Number = number, Spec = spec ?? TestSpecs.Spec(), CreatedAt = Start };

    private static ServiceEvent Event(string message) => new() { At = Start, Message = message };
}
