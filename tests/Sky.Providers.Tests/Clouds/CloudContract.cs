using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Xunit;

namespace Sky.Providers.Tests.Clouds;

/// <summary>What every cloud must do.</summary>
public abstract class CloudContract
{
    protected abstract ICloud Cloud { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Offerings_bear_the_name_of_the_cloud_and_have_a_size()
    {
        var offerings = await Cloud.ListOfferingsAsync(Cancel);
        Assert.NotEmpty(offerings);
        Assert.All(offerings, offering =>
        {
            Assert.Equal(Cloud.Name, offering.Cloud);
            Assert.NotEmpty(offering.InstanceType);
            Assert.True(offering.Cpus > 0 && offering.Memory > 0);
            Assert.True(offering.HourlyCost is null or >= 0);
            Assert.Equal(offering.Accelerator is null, offering.AcceleratorCount == 0);
        });
    }

    [Fact]
    public async Task A_launched_node_can_be_found()
    {
        var request = await RequestAsync("node-1");
        var launched = await Cloud.LaunchAsync(request, Cancel);
        Assert.Equal(request.Node, launched.Id);
        Assert.Equal(request.Node, (await Cloud.GetAsync(request.Node, Cancel))?.Id);
    }

    [Fact]
    public async Task The_same_request_again_gives_the_same_node()
    {
        var request = await RequestAsync("node-1");
        var first = await Cloud.LaunchAsync(request, Cancel);
        Assert.Equal(first.Id, (await Cloud.LaunchAsync(request, Cancel)).Id);
        Assert.True((await Cloud.ListAsync(Cancel)).Count(node => node.Id == request.Node) <= 1);
    }

    [Fact]
    public async Task Deleting_twice_or_what_is_unknown_is_done()
    {
        var request = await RequestAsync("node-1");
        await Cloud.LaunchAsync(request, Cancel);
        await Cloud.DeleteAsync(request.Node, Cancel);
        await Cloud.DeleteAsync(request.Node, Cancel);
        await Cloud.DeleteAsync(new NodeId("never"), Cancel);
        Assert.DoesNotContain(await Cloud.ListAsync(Cancel), node => node.Id == request.Node && node.Running);
    }

    [Fact]
    public async Task A_cloud_as_another_owner_sees_it_has_that_owners_nodes_and_no_others()
    {
        using var theirs = Disposable(Cloud.Of(new OwnerId("somebody-else")), out var other);
        if (other is null)
        {
            // No nodes are bought there.
            return;
        }

        var (mine, left) = (await RequestAsync("node-1"), await RequestAsync("node-2"));
        await Cloud.LaunchAsync(mine, Cancel);
        await other.LaunchAsync(left, Cancel);
        Assert.Equal(mine.Node, Assert.Single(await Cloud.ListAsync(Cancel)).Id);
        Assert.Equal(left.Node, Assert.Single(await other.ListAsync(Cancel)).Id);

        await Cloud.DeleteAsync(left.Node, Cancel);
        Assert.NotNull(await other.GetAsync(left.Node, Cancel));
        await other.DeleteAsync(left.Node, Cancel);
        Assert.DoesNotContain(await other.ListAsync(Cancel), node => node.Running);
        Assert.NotNull(await Cloud.GetAsync(mine.Node, Cancel));
    }

    private static IDisposable? Disposable(ICloud? cloud, out ICloud? same) => (same = cloud) as IDisposable;

    protected async Task<NodeRequest> RequestAsync(string node, int attempt = 1) =>
        new(new NodeId(node), attempt, (await Cloud.ListOfferingsAsync(Cancel))[0]);
}
