using System.Net;
using System.Text.Json;
using Sky.Controller.Api;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Engines;
using Sky.Testing.Gateway;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>Verbs that need replicas, over HTTP.</summary>
public sealed class VerbTests
{
    private static readonly ReplicaKey First = new(new ServiceName("a"), new ReplicaId(1));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/api/v1/services")]
    [InlineData("PATCH", "/api/v1/services/a")]
    [InlineData("GET", "/api/v1/services/a/scale")]
    [InlineData("DELETE", "/api/v1/status")]
    public async Task WrongMethodIsRefusedWithTheRightOnes(string method, string path)
    {
        await using var sky = await ControllerFixture.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await sky.Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.NotEmpty(response.Content.Headers.Allow);
        Assert.Equal("invalid", (await ControllerFixture.ErrorAsync(response)).Code);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v2/services")]
    public async Task AddressWithNothingBehindItIsSaid(string path)
    {
        await using var sky = await ControllerFixture.StartAsync();
        using var response = await sky.Http.GetAsync(path, Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/openapi/v1.json", (await ControllerFixture.ErrorAsync(response)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogsOfAReplicaAreStreamedAsTheyCome()
    {
        await using var sky = await ControllerFixture.StartAsync();
        (await sky.PutAsync("a", TestSpecs.Spec(run: "echo one\necho two\necho three\nserve on $PORT"))).EnsureSuccessStatusCode();
        await sky.UntilAsync("a", view => view?.Replicas.Any(replica => replica.LaunchedAt is not null) == true);

        Assert.Equal("one\ntwo\nthree\n", await sky.GetAsync("services/a/replicas/1/logs"));
        Assert.Equal("three\n", await sky.GetAsync("services/a/replicas/1/logs?tail=1"));
        Assert.Equal("", await sky.GetAsync("services/a/replicas/1/logs?tail=0"));
        using var reader = new StreamReader(await sky.Http.GetStreamAsync("/api/v1/services/a/replicas/1/logs?tail=0&follow=true", Token));

        // The stream may begin a moment after its headers, so what is written is repeated until it is seen.
        var next = reader.ReadLineAsync(Token).AsTask();
        await GatewayTestBed.UntilAsync(() =>
        {
            sky.Engine.Write(First, "four");
            return next.IsCompleted;
        });
        Assert.Equal("four", await next);
        sky.Engine.Crash(First);
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            Assert.Equal("four", line);
        }

        using var negative = await sky.Http.GetAsync("/api/v1/services/a/replicas/1/logs?tail=-1", Token);
        Assert.Equal(HttpStatusCode.BadRequest, negative.StatusCode);
    }

    [Fact]
    public async Task RollbackTakesAnEarlierVersionUnderItsOwnNumber()
    {
        await using var sky = await ControllerFixture.StartAsync();
        (await sky.PutAsync("a")).EnsureSuccessStatusCode();
        using var nothingBefore = await sky.PostAsync("services/a/rollback", "{}");
        Assert.Equal(HttpStatusCode.Conflict, nothingBefore.StatusCode);
        (await sky.PutAsync("a", TestSpecs.Spec(run: "other"))).EnsureSuccessStatusCode();
        using var unknown = await sky.PostAsync("services/a/rollback", "{\"to\":9}");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        Assert.Equal(1, (await ControllerFixture.AnswerAsync(await sky.PostAsync("services/a/rollback", "{\"to\":1}"))).Version);

        Assert.Equal(1, (await sky.UntilAsync("a", view => view?.TargetVersion == 1))!.TargetVersion);
        Assert.Equal(3, (await ControllerFixture.AnswerAsync(await sky.PutAsync("a", TestSpecs.Spec(run: "third")))).Version);
        var history = JsonSerializer.Deserialize(await sky.GetAsync("services/a/history"), ApiJson.Default.HistoryView)!;
        Assert.Equal([1, 2, 3], history.Versions.Select(version => version.Number));
        Assert.Contains(history.Events, happened => happened.Message == "rollback from version 2 to 1");
    }

    [Fact]
    public async Task WatchBeginsWithAllServicesAndTellsWhatComesAndGoes()
    {
        await using var sky = await ControllerFixture.StartAsync();
        (await sky.PutAsync("a")).EnsureSuccessStatusCode();
        await sky.UntilAsync("a", view => view?.Replicas.Count == 1);
        using var reader = new StreamReader(await sky.Http.GetStreamAsync("/api/v1/services/watch", Token));
        var first = await NextAsync(reader, _ => true);
        Assert.Equal("a", Assert.Single(first.Services!).Name);

        (await sky.PutAsync("b")).EnsureSuccessStatusCode();
        await NextAsync(reader, change => change.Service?.Name == "b");
        (await sky.Http.DeleteAsync("/api/v1/services/a", Token)).EnsureSuccessStatusCode();
        await NextAsync(reader, change => change.Service is { Name: "a", Status: ServiceStatus.ShuttingDown });
        await NextAsync(reader, change => change.Gone == "a");
        await NextAsync(reader, change => change is { Services: null, Service: null, Gone: null });
    }

    [Fact]
    public async Task ShutdownLeavesReplicasRunning()
    {
        await using var sky = await ControllerFixture.StartAsync();
        (await sky.PutAsync("a", TestSpecs.Spec(2))).EnsureSuccessStatusCode();
        await GatewayTestBed.UntilAsync(() => sky.Engine.Living.Count == 2);

        (await sky.PostAsync("shutdown", "")).EnsureSuccessStatusCode();

        await GatewayTestBed.UntilAsync(() => sky.Stopping.IsCancellationRequested);
        Assert.Equal(2, sky.Engine.Living.Count);
    }

    [Fact]
    public async Task ShutdownWithDownStopsAllReplicasFirst()
    {
        await using var sky = await ControllerFixture.StartAsync();
        (await sky.PutAsync("a", TestSpecs.Spec(2))).EnsureSuccessStatusCode();
        (await sky.PutAsync("b")).EnsureSuccessStatusCode();
        await GatewayTestBed.UntilAsync(() => sky.Engine.Living.Count == 3);

        (await sky.PostAsync("shutdown?down=true", "")).EnsureSuccessStatusCode();

        await GatewayTestBed.UntilAsync(() => sky.Stopping.IsCancellationRequested);
        Assert.Empty(sky.Engine.Living);
    }

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task ShutdownWithDownGivesUpWhatCannotBeStopped()
    {
        await using var sky = await ControllerFixture.StartAsync();
        (await sky.PutAsync("a")).EnsureSuccessStatusCode();
        await GatewayTestBed.UntilAsync(() => sky.Engine.Living.Count == 1);
        sky.Engine.OnCall = (call, _) =>
        {
            if (call.Kind == FakeEngineCallKind.Stop)
            {
                throw new EngineException(EngineFailure.Unavailable, "it does not listen");
            }
        };

        using var answer = (await sky.PostAsync("shutdown?down=true", "")).EnsureSuccessStatusCode();

        await GatewayTestBed.UntilAsync(() => sky.Stopping.IsCancellationRequested);
        Assert.Single(sky.Engine.Living);
        Assert.Equal("""{"left":["a/1"]}""", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task ReplicasOfUnknownServicesAreShownAndRunOnUntilAllIsTakenDown()
    {
        await using var sky = await ControllerFixture.StartAsync();
        var lost = new ReplicaKey(new ServiceName("lost"), new ReplicaId(7));
        await sky.Engine.RunAsync(Request(lost), Token);
        (await sky.PutAsync("a")).EnsureSuccessStatusCode();
        await GatewayTestBed.UntilAsync(() => sky.Engine.Living.Count == 2);
        await sky.UntilAsync("a", view => view?.Replicas.Any(replica => replica.LaunchedAt is not null) == true);

        // The engine is listed about once a second.
        ControllerView? status = null;
        while (status is not { Orphans.Count: > 0 })
        {
            status = JsonSerializer.Deserialize(await sky.GetAsync("status"), ApiJson.Default.ControllerView);
        }

        Assert.Equal(["lost/7"], status.Orphans);
        Assert.Contains(sky.Engine.Living, running => running.Replica == lost);

        (await sky.PostAsync("shutdown?down=true", "")).EnsureSuccessStatusCode();

        Assert.Empty(sky.Engine.Living);
        Assert.Empty(await sky.Engine.ListAsync(Token));
    }

    [Fact]
    public async Task ServiceThatShutsDownTakesNoChange()
    {
        await using var sky = await ControllerFixture.StartAsync();
        (await sky.PutAsync("a")).EnsureSuccessStatusCode();
        await GatewayTestBed.UntilAsync(() => sky.Engine.Living.Count == 1);
        sky.Engine.OnCall = (call, _) =>
        {
            if (call.Kind == FakeEngineCallKind.Stop)
            {
                throw new EngineException(EngineFailure.Unavailable, "it does not listen");
            }
        };
        (await sky.Http.DeleteAsync("/api/v1/services/a", Token)).EnsureSuccessStatusCode();

        foreach (var refused in new[]
        {
            await sky.PutAsync("a", TestSpecs.Spec(run: "other"), mustExist: true),
            await sky.PutAsync("a", mustBeNew: true),
            await sky.PutAsync("a"),
            await sky.PostAsync("services/a/rollback", "{\"to\":1}"),
            await sky.PostAsync("services/a/scale", "{\"replicas\":2}"),
        })
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("is shutting down", (await ControllerFixture.ErrorAsync(refused)).Message, StringComparison.Ordinal);
            refused.Dispose();
        }

        sky.Engine.OnCall = null;
        await sky.UntilAsync("a", view => view is null);
        Assert.Equal(2, (await ControllerFixture.AnswerAsync(await sky.PutAsync("a", mustBeNew: true))).Version);
    }

    [Fact]
    public async Task ReplicasStayWhenOnlyThePolicyChangesAfterARollback()
    {
        await using var sky = await ControllerFixture.StartAsync();
        (await sky.PutAsync("a")).EnsureSuccessStatusCode();
        await GatewayTestBed.UntilAsync(() => sky.Engine.Living.Count == 1);
        (await sky.PutAsync("a", TestSpecs.Spec(run: "other"))).EnsureSuccessStatusCode();
        await sky.UntilAsync("a", view => view?.TargetVersion == 2);
        (await sky.PostAsync("services/a/rollback", "{\"to\":1}")).EnsureSuccessStatusCode();
        var before = await sky.UntilAsync("a", view => view is { TargetVersion: 1, Replicas: [{ Version: 1, LaunchedAt: not null }] });
        var started = sky.Engine.Started;

        var spec = TestSpecs.Spec();
        var other = spec with { Serving = spec.Serving with { LoadBalancingPolicy = "round_robin" } };
        Assert.Equal(3, (await ControllerFixture.AnswerAsync(await sky.PutAsync("a", other, mustExist: true))).Version);

        var after = await sky.UntilAsync("a", view => view is { TargetVersion: 3, Replicas: [{ Version: 3 }] });
        Assert.Equal("round_robin", after!.LoadBalancingPolicy);
        Assert.Equal(before!.Replicas[0].Id, after.Replicas[0].Id);
        Assert.Equal(started, sky.Engine.Started);
    }

    private static RunRequest Request(ReplicaKey key) => new()
    {
        Replica = key,
        Version = 1,
        Task = TestSpecs.Spec().Task,
        Resources = new ResourceCandidate(),
        Port = 60999, ListenPort = 60999,
        Variables = new Dictionary<string, string>(),
    };

    private static async Task<ServicesChange> NextAsync(StreamReader reader, Func<ServicesChange, bool> wanted)
    {
        while (true)
        {
            var change = JsonSerializer.Deserialize((await reader.ReadLineAsync(Token))!, ApiJson.Default.ServicesChange)!;
            if (wanted(change))
            {
                return change;
            }
        }
    }
}
