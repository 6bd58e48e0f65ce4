using Amazon.EC2;
using Amazon.EC2.Model;
using Microsoft.Extensions.Time.Testing;
using Sky.Core;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds;
using Sky.Providers.Clouds.Aws;
using Sky.Testing.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>Our AWS cloud before a moto of the class's own; each test starts in an empty account.</summary>
public abstract class AwsCloudTestBase(AwsFixture fixture) : IAsyncLifetime
{
    protected const string Region = "eu-central-1";
    protected const string Zone = "eu-central-1b";

    private readonly List<AwsCloud> _clouds = [];
    private readonly string _home = Directory.CreateTempSubdirectory("sky-aws-").FullName;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static OwnerId Us { get; } = new("us");

    internal AwsSettings Settings { get; set; } = new() { Sources = AllowedSources.Parse("203.0.113.7, 198.51.100.0/24"), Regions = [Region, "us-east-1"] };

    internal AwsBed Bed => fixture.Bed!;

    internal Ec2Proxy Proxy => fixture.Bed!.Proxy;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(MotoServer.SkipReason is not null, MotoServer.SkipReason ?? "");
        await fixture.ResetAsync();
    }

    public ValueTask DisposeAsync()
    {
        _clouds.ForEach(cloud => cloud.Dispose());
        Directory.Delete(_home, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>As a controller that has just started has it.</summary>
    internal AwsCloud Start(OwnerId? owner = null, Func<Task>? credentials = null)
    {
        var cloud = new AwsCloud(
            Settings, owner ?? Us, new CatalogFolder(new SkyHome(_home)), region => new AwsPlainClient(AwsBed.Nobody, fixture.Bed!.ConfigOf(region)), credentials ?? (() => Task.CompletedTask), Region, Time);
        _clouds.Add(cloud);
        return cloud;
    }

    /// <summary>EC2 itself, past the proxy.</summary>
    protected AmazonEC2Client Ec2(string region = Region) => fixture.Bed!.Ec2(region);

    protected static NodeRequest Request(string node = "sky-1", int attempt = 1, bool spot = false, string zone = Zone, string? accelerator = null) => new(new NodeId(node), attempt, new Offering
    {
        Cloud = "aws", Region = zone[..^1], Zone = zone, InstanceType = accelerator is null ? "m6i.large" : "g6.xlarge", Cpus = 2, Memory = 8, UseSpot = spot, Engine = "swarm",
        Accelerator = accelerator, AcceleratorCount = accelerator is null ? 0 : 1, Architecture = "x86_64",
    })
    { UserData = "#!/bin/sh\necho node\n" };

    /// <summary>What a launcher does: the same request again until there is an answer that says more than to try again.</summary>
    internal async Task<CloudNode> LaunchAsync(AwsCloud cloud, NodeRequest request)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await Passing(cloud.LaunchAsync(request, Cancel));
            }
            catch (CloudException again) when (again.Failure is CloudFailure.Ambiguous or CloudFailure.Throttled or CloudFailure.Unavailable && tries < 20)
            {
            }
        }
    }

    /// <summary>Time goes on while something waits.</summary>
    protected async Task<T> Passing<T>(Task<T> task)
    {
        while (await Task.WhenAny(task, Task.Delay(10, Cancel)) != task)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        return await task;
    }

    protected async Task<List<Instance>> InstancesAsync(string region = Region)
    {
        using var ec2 = Ec2(region);
        return [.. ((await ec2.DescribeInstancesAsync(new DescribeInstancesRequest(), Cancel)).Reservations ?? []).SelectMany(reservation => reservation.Instances)];
    }

    protected async Task<List<Instance>> LivingAsync(string region = Region) => [.. (await InstancesAsync(region)).Where(instance => instance.State.Name != InstanceStateName.Terminated)];
}
