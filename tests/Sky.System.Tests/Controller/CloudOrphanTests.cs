using Amazon.EC2;
using Amazon.EC2.Model;
using Azure.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Launching.Orphans;
using Sky.Controller.Store;
using Sky.Core;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clouds.Orphans;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds;
using Sky.Providers.Clouds.Aws;
using Sky.Providers.Clouds.Azure;
using Sky.Testing.Clouds.Aws;
using Sky.Testing.Clouds.Azure;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Controller;

/// <summary>Orphans at AWS and Azure, as moto and an ARM endpoint of our own play them: found by listing, reported, removed after the grace, and nothing else.</summary>
public sealed class CloudOrphanTests : IAsyncLifetime
{
    private const string Region = "eu-central-1";
    private static readonly OwnerId _others = new("ffffffffffffffffffffffffffffffff");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    // The clouds' own: what they wait for is not the grace.
    private readonly FakeTimeProvider _theirs = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-orphans-");
    private SqliteStore _store = null!;
    private OwnerId _us;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(Path.Combine(_folder.FullName, "state.db"), TestSealer.Instance, Cancel);
        _us = await _store.GetOwnerAsync(Cancel);

        // In use for long.
        await _store.WriteLifeAsync(new StoreLife { Runs = 1, AliveAt = _time.GetUtcNow() }, Cancel);
        new StoreMarks(Mark).Write(new StoreMark { Owner = _us.Value, Runs = 1 });
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task At_AWS()
    {
        Assert.SkipWhen(MotoServer.SkipReason is not null, MotoServer.SkipReason ?? "");
        await using var bed = await AwsBed.StartAsync();
        using var ours = Aws(bed, _us);
        using var theirs = Aws(bed, _others);
        await ShowAsync(ours, theirs, id => Request(id, "aws", Region, Region + "b", "m6i.large"), async () =>
        {
            using var ec2 = bed.Ec2(Region);
            return ((await ec2.DescribeInstancesAsync(new DescribeInstancesRequest(), Cancel)).Reservations ?? []).SelectMany(reservation => reservation.Instances)
                .Where(instance => instance.State.Name != InstanceStateName.Terminated).Select(instance => instance.Tags.Single(tag => tag.Key == "sky-node").Value);
        });
    }

    [Fact]
    public async Task At_Azure()
    {
        await using var arm = await ArmEndpoint.StartAsync();
        await ShowAsync(Azure(arm, _us), Azure(arm, _others), id => Request(id, "azure", "westeurope", "2", "Standard_D4s_v5"), () =>
            Task.FromResult(arm.Of("Microsoft.Compute/virtualMachines").Select(machine => (string)machine["name"]!)));
        Assert.Equal(["known", "other"], arm.Bought().Select(one => one.Split('/')[1].Split('-')[0]).Distinct().Order());
    }

    /// <summary>Three nodes: one that a row knows, one that none knows, and one of another owner.</summary>
    private async Task ShowAsync(ICloud ours, ICloud theirs, Func<string, NodeRequest> request, Func<Task<IEnumerable<string>>> there)
    {
        var known = request("known");
        Assert.True(await _store.WriteLaunchAsync(new StoredNodeLaunch(new NodeLaunch { Request = known, State = NodeLaunchState.Ready, CreatedAt = _time.GetUtcNow(), ChangedAt = _time.GetUtcNow() }, 0), Cancel));
        await LaunchAsync(ours, known);
        await LaunchAsync(ours, request("stray"));
        await LaunchAsync(theirs, request("other"));
        using var keeper = new OrphanKeeper(_store, _store, _store, new OrphanCalls([ours], _time), new StoreMarks(Mark), _time, NullLogger<OrphanKeeper>.Instance);

        for (var minutes = 0; minutes < 60; minutes += 20)
        {
            var orphan = Assert.Single((await keeper.LookAsync(Cancel)).Nodes);
            Assert.Equal(("stray", OrphanState.Seen), (orphan.Node, orphan.State));
            _time.Advance(TimeSpan.FromMinutes(20));
        }

        Assert.Equal(["known", "other", "stray"], (await there()).Order());
        OrphanReport report;
        do
        {
            report = await keeper.LookAsync(Cancel);
            Assert.Empty(report.Silent);
            Assert.All(report.Nodes, orphan => Assert.Equal(("stray", OrphanState.Removing), (orphan.Node, orphan.State)));
            Cancel.ThrowIfCancellationRequested();
        }
        while (report.Nodes.Count > 0);

        for (var hours = 0; hours < 30; hours++)
        {
            _time.Advance(TimeSpan.FromMinutes(59));
            Assert.Empty((await keeper.LookAsync(Cancel)).Nodes);
        }

        Assert.Equal(["known", "other"], (await there()).Order());
    }

    private string Mark => Path.Combine(_folder.FullName, "store.json");

    private CatalogFolder Catalogs => new(new SkyHome(_folder.FullName));

    private static AllowedSources Allowed => AllowedSources.Parse("203.0.113.7");

    private AwsCloud Aws(AwsBed bed, OwnerId owner) => new(
        new AwsSettings { Sources = Allowed, Regions = [Region] }, owner, Catalogs, region => new AwsPlainClient(AwsBed.Nobody, bed.ConfigOf(region)), () => Task.CompletedTask, Region, _theirs);

    private AzureCloud Azure(ArmEndpoint arm, OwnerId owner) => new(
        new AzureSettings { Subscription = ArmEndpoint.Subscription, Management = arm.Address, AllowFrom = Allowed, ListingKept = TimeSpan.Zero }, owner, Catalogs, TimeProvider.System, new Identity(arm));

    private static NodeRequest Request(string id, string cloud, string region, string zone, string type) => new(new NodeId(id), 1, new Offering
    {
        Cloud = cloud, Region = region, Zone = zone, InstanceType = type, Cpus = 2, Memory = 8, HourlyCost = 1, Engine = "swarm", Architecture = "x86_64",
    })
    { UserData = "#!/bin/sh\n" };

    /// <summary>As a launcher does, while its cloud's time goes on.</summary>
    private async Task LaunchAsync(ICloud cloud, NodeRequest request)
    {
        var launch = cloud.LaunchAsync(request, Cancel);
        while (await Task.WhenAny(launch, Task.Delay(10, Cancel)) != launch)
        {
            _theirs.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null((await launch).Failure);
    }

    private sealed class Identity(ArmEndpoint arm) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(arm.Token(requestContext.Claims), DateTimeOffset.UtcNow.AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
