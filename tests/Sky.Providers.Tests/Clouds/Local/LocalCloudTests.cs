using Sky.Core.Clouds;
using Sky.Providers.Clouds.Local;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Local;

public sealed class LocalCloudTests : CloudContract
{
    protected override ICloud Cloud { get; } = new LocalCloud();

    [Fact]
    public async Task It_is_this_machine_for_nothing()
    {
        var machine = Assert.Single(await Cloud.ListOfferingsAsync(Cancel));
        Assert.Equal("local", machine.Cloud);
        Assert.Equal(Environment.ProcessorCount, machine.Cpus);
        Assert.Equal(0, machine.HourlyCost);
        Assert.False(machine.UseSpot);
    }

    [Fact]
    public async Task It_is_always_there_and_owns_nothing_that_could_be_left_behind()
    {
        await Cloud.LaunchAsync(await RequestAsync("node-1"), Cancel);
        var node = await Cloud.GetAsync(new NodeId("node-1"), Cancel);
        Assert.True(node?.Running);
        Assert.Equal("127.0.0.1", node?.Address);
        Assert.Empty(await Cloud.ListAsync(Cancel));
    }

    [Fact]
    public async Task An_offering_of_another_cloud_is_refused()
    {
        var request = await RequestAsync("node-1");
        var other = request with { Offering = request.Offering with { Cloud = "aws" } };
        var error = await Assert.ThrowsAsync<CloudException>(() => Cloud.LaunchAsync(other, Cancel));
        Assert.Equal(CloudFailure.Invalid, error.Failure);
    }
}
