using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Providers.Clouds;
using Sky.Testing.Clouds;
using Xunit;

namespace Sky.Providers.Tests.Clouds;

/// <summary>A cloud where nothing can be bought now, and what was bought is still looked after.</summary>
public sealed class ClosedCloudTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_offers_nothing_and_still_lists_and_removes_what_is_there_also_of_a_lost_store()
    {
        var inner = new FakeCloud("c");
        inner.Others["lost"] = new FakeCloud("c");
        var node = await inner.LaunchAsync(new NodeRequest(new NodeId("n"), 1, new Offering { Cloud = "c", InstanceType = "t", Cpus = 1, Memory = 1 }), Cancel);
        using var closed = new ClosedCloud(inner, "it is shut");
        var cloud = (ICloud)closed;

        Assert.Equal("it is shut", (await Assert.ThrowsAsync<CloudException>(() => cloud.ListOfferingsAsync(Cancel))).Message);
        Assert.Equal(node, Assert.Single(await cloud.ListAsync(Cancel)));
        Assert.Same(inner.Others["lost"], cloud.Of(new OwnerId("lost")));
        await cloud.DeleteAsync(node.Id, Cancel);
        Assert.Null(await cloud.GetAsync(node.Id, Cancel));
    }
}
