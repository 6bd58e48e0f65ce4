using Sky.Core.Clouds;
using Sky.Testing.Clouds;
using Xunit;

namespace Sky.Providers.Tests.Clouds;

public sealed class FakeCloudTests : CloudContract
{
    private readonly FakeCloud _cloud = new() { Others = { ["somebody-else"] = new FakeCloud() } };

    protected override ICloud Cloud => _cloud;

    [Fact]
    public async Task What_is_taken_away_is_unknown()
    {
        var request = await RequestAsync("node-1");
        await Cloud.LaunchAsync(request, Cancel);
        _cloud.Preempt(request.Node);
        Assert.Null(await Cloud.GetAsync(request.Node, Cancel));
        Assert.Empty(await Cloud.ListAsync(Cancel));
    }

    [Fact]
    public async Task There_is_no_more_than_its_capacity_until_a_node_is_deleted()
    {
        _cloud.Capacity = 1;
        await Cloud.LaunchAsync(await RequestAsync("node-1"), Cancel);
        var second = await RequestAsync("node-2");
        var error = await Assert.ThrowsAsync<CloudException>(() => Cloud.LaunchAsync(second, Cancel));
        Assert.Equal(CloudFailure.NoCapacity, error.Failure);
        await Cloud.DeleteAsync(new NodeId("node-1"), Cancel);
        await Cloud.LaunchAsync(second, Cancel);
    }

    [Fact]
    public async Task A_programmed_failure_comes_once_and_before_the_effect()
    {
        var request = await RequestAsync("node-1");
        _cloud.FailNext(new CloudException(CloudFailure.Throttled, "slow down"));
        await Assert.ThrowsAsync<CloudException>(() => Cloud.LaunchAsync(request, Cancel));
        Assert.Empty(await Cloud.ListAsync(Cancel));
        await Cloud.LaunchAsync(request, Cancel);
    }
}
