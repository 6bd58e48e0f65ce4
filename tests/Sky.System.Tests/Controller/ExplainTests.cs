using System.Net;
using System.Text.Json;
using Sky.Controller.Api;
using Sky.Core.Catalog;
using Sky.Core.Placement;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Simulation;

namespace Sky.SystemTests.Controller;

public sealed class ExplainTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replica_on_ones_own_machine_is_explained_by_what_there_is()
    {
        await using var sky = await ControllerFixture.StartAsync();
        (await sky.PutAsync("a")).EnsureSuccessStatusCode();
        await sky.UntilAsync("a", view => view?.Replicas.Any(replica => replica.LaunchedAt is not null) == true);

        var view = JsonSerializer.Deserialize(await sky.GetAsync("services/a/explain"), ApiJson.Default.ExplanationView)!;

        var replica = view.Replicas[0];
        Assert.Equal((1, 1, "this-machine", false), (replica.Id, replica.Version, replica.Place.InstanceType, replica.Place.Bought));
        Assert.Equal("the only place that fits: a machine you have, which costs nothing", replica.Why);
        Assert.Contains("version 1 on local", replica.Tried[0].Message, StringComparison.Ordinal);
        Assert.Empty(replica.Better);
        using var missing = await sky.Http.GetAsync("/api/v1/services/nobody/explain", Token);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public void A_better_place_that_was_refused_says_until_when_it_is_kept_away_from()
    {
        var resources = new ResourcesSpec { Candidates = [new ResourceCandidate()] };
        IReadOnlyList<Offering> offerings = [.. "ab".Select((zone, i) => new Offering { Cloud = "sim", Region = "r", Zone = $"{zone}", InstanceType = "t", Cpus = 2, Memory = 4, HourlyCost = 1 + i })];
        var choices = Placer.Choose(resources, offerings, null, out _);
        var row = new ReplicaRecord
        {
            Service = new ServiceName("a"), Id = new ReplicaId(7), Version = 1, State = ReplicaState.Ready, Placement = choices[1].Placement, CreatedAt = default, ChangedAt = default,
        };
        var memory = PlaceMemory.Empty.With(PlaceObservation.Of(choices[0].Placement, PlaceTrouble.NoCapacity, DateTimeOffset.UnixEpoch));

        var view = ExplainService.Explain(row, TestSpecs.Spec() with { Resources = resources }, choices, [], memory, DateTimeOffset.UnixEpoch);

        Assert.Equal("place 2 of 2 that fit (cheapest first), $2 an hour; 1 better ones could not be had, or came later", view.Why);
        Assert.Equal(("a", PlaceTrouble.NoCapacity, DateTimeOffset.UnixEpoch.AddMinutes(1)), (Assert.Single(view.Better).Zone, view.Better[0].Avoided, view.Better[0].AvoidedUntil));
    }

    [Fact]
    public async Task Places_for_a_spec_are_told_and_nothing_is_changed()
    {
        await using var sky = await ControllerFixture.StartAsync();
        var body = JsonSerializer.Serialize(new PlacesRequest(TestSpecs.Spec()), ApiJson.Default.PlacesRequest);
        using var answer = await sky.PostAsync("places", body);

        var view = JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(Token), ApiJson.Default.PlacesView)!;
        Assert.Equal(("this-machine", 8.0, true, 1), (Assert.Single(view.Places).InstanceType, view.Places[0].Cpus!.Value, view.Places[0].Chosen, view.Places[0].Candidate));
        Assert.Equal("[]", await sky.GetAsync("services"));
    }
}
