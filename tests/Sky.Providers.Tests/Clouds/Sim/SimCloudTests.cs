using Microsoft.Extensions.Time.Testing;
using Sky.Core.Clouds;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Providers.Clouds.Sim;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Sim;

public sealed class SimCloudTests : CloudContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-sim-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    protected override ICloud Cloud => Of(SimSettings.Default);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_node_runs_after_a_while_and_outlives_the_one_who_asked()
    {
        await Cloud.LaunchAsync(await RequestAsync("n1"), Cancel);
        Assert.False((await Cloud.GetAsync(new NodeId("n1"), Cancel))!.Running);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Assert.Single(await Cloud.ListAsync(Cancel)).Running);
    }

    [Fact]
    public async Task The_same_node_by_another_request_is_refused()
    {
        await Cloud.LaunchAsync(await RequestAsync("n1"), Cancel);
        Assert.Equal(CloudFailure.Invalid, (await Assert.ThrowsAsync<CloudException>(async () => await Cloud.LaunchAsync(await RequestAsync("n1", attempt: 2), Cancel))).Failure);
    }

    [Fact]
    public async Task A_zone_gives_what_its_trace_says_and_takes_the_youngest_back_with_notice()
    {
        var cloud = Of(Read("""{ "noticeSeconds": 5, "speed": 10, "zones": [{ "name": "z", "region": "r", "trace": "z.json" }] }""", """{"metadata": {"gap_seconds": 100}, "data": [2, 1]}"""));
        await cloud.LaunchAsync(await SpotAsync(cloud, "n1"), Cancel);
        _time.Advance(TimeSpan.FromSeconds(1));
        await cloud.LaunchAsync(await SpotAsync(cloud, "n2"), Cancel);
        Assert.Equal(CloudFailure.NoCapacity, (await Assert.ThrowsAsync<CloudException>(async () => await cloud.LaunchAsync(await SpotAsync(cloud, "n3"), Cancel))).Failure);

        _time.Advance(TimeSpan.FromSeconds(9.5));
        var told = await cloud.ListAsync(Cancel);
        Assert.Null(told[0].Notice);
        Assert.Equal((NodeNoticeKind.Interruption, _time.GetUtcNow().AddSeconds(5)), (told[1].Notice!.Kind, told[1].Notice!.At));
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(2, (await cloud.ListAsync(Cancel)).Count);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("n1", Assert.Single(await cloud.ListAsync(Cancel)).Name);

        // The trace begins anew.
        _time.Advance(TimeSpan.FromSeconds(5));
        await cloud.LaunchAsync(await SpotAsync(cloud, "n4"), Cancel);
    }

    [Fact]
    public async Task On_demand_nodes_stay_whatever_a_trace_says()
    {
        var cloud = Of(Read("""{ "zones": [{ "name": "z", "region": "r", "trace": "z.json", "onDemandCapacity": 1 }] }""", """{"metadata": {"gap_seconds": 100}, "data": [0]}"""));
        var offering = (await cloud.ListOfferingsAsync(Cancel)).First(one => !one.UseSpot);
        await cloud.LaunchAsync(new NodeRequest(new NodeId("n1"), 1, offering), Cancel);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(Assert.Single(await cloud.ListAsync(Cancel)).Notice);
        Assert.Equal(CloudFailure.NoCapacity, (await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(new NodeRequest(new NodeId("n2"), 1, offering), Cancel))).Failure);
    }

    [Theory]
    [InlineData("""{ "zones": [{ "name": "z", "region": "r" }, { "name": "z", "region": "r" }] }""", "zone z is there twice")]
    [InlineData("""{ "speed": 0 }""", "speed is above 0")]
    [InlineData("""{ "zones": [{ "name": "z" }] }""", "region")]
    [InlineData("""{ "speeed": 1 }""", "speeed")]
    [InlineData("""{ "types": [{ "name": "t", "cpus": 0, "memory": 1 }] }""", "type t: cpus and memory are above 0")]
    [InlineData("""{ "zones": [{ "name": "z", "region": "r", "trace": "none.json" }] }""", "none.json")]
    [InlineData("""{ "zones": [{ "name": "z", "region": "r", "trace": "z.json" }] }""", "data is missing")]
    public void What_is_wrong_is_said(string settings, string what)
    {
        var wrong = Assert.Throws<FormatException>(() => Read(settings, """{"metadata": {"gap_seconds": 100}}"""));
        Assert.Contains(what, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(_folder, wrong.Message, StringComparison.Ordinal);
    }

    private SimCloud Of(SimSettings settings) => new(settings, Path.Combine(_folder, "cloud"), _time, new OwnerId("us"));

    private SimSettings Read(string settings, string trace)
    {
        File.WriteAllText(Path.Combine(_folder, "z.json"), trace);
        File.WriteAllText(Path.Combine(_folder, "sim.json"), settings);
        return SimSettings.Read(Path.Combine(_folder, "sim.json"));
    }

    private static async Task<NodeRequest> SpotAsync(SimCloud cloud, string node) =>
        new(new NodeId(node), 1, (await cloud.ListOfferingsAsync(Cancel)).First(one => one.UseSpot));
}
