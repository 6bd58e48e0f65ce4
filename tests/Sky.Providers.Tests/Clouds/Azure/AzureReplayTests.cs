using Sky.Core.Clouds;
using Sky.Testing.Clouds.Azure;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Azure;

/// <summary>A launch that dies at any call, or whose answer is lost, and is asked for again: one of each.</summary>
public sealed class AzureReplayTests
{
    private static readonly string[] _one =
    [
        "disks/n1-disk", "networkInterfaces/n1-nic", "publicIPAddresses/n1-ip", "virtualMachines/n1",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_call_before_its_effect_or_after_it_leaves_one_of_each(bool after)
    {
        await using var counted = await AzureBed.StartAsync();
        await counted.Cloud().LaunchAsync(AzureBed.Request(), Cancel);
        var calls = counted.Endpoint.Calls.Count;
        Assert.True(calls >= 10, $"{calls} calls");
        for (var at = 1; at <= calls; at++)
        {
            await using var bed = await AzureBed.StartAsync();
            await DieAsync(bed, at, after);
            var node = await bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel);
            Assert.Null(node.Failure);
            Assert.True(Assert.Single(await bed.Cloud().ListAsync(Cancel)).Running);
            Assert.Equal(_one, bed.Endpoint.Bought());
            foreach (var shared in new[] { "Microsoft.Resources/subscriptions/resourceGroups", "Microsoft.Network/virtualNetworks", "Microsoft.Network/networkSecurityGroups" })
            {
                Assert.Single(bed.Endpoint.Of(shared));
            }
        }
    }

    [Fact]
    public async Task Killed_at_any_call_and_not_wanted_any_more_leaves_nothing()
    {
        await using var counted = await AzureBed.StartAsync();
        await counted.Cloud().LaunchAsync(AzureBed.Request(), Cancel);
        for (var at = 1; at <= counted.Endpoint.Calls.Count; at++)
        {
            await using var bed = await AzureBed.StartAsync();
            await DieAsync(bed, at, after: true);
            await AzureBed.RemoveAsync(bed.Cloud(), "n1");
            Assert.Empty(bed.Endpoint.Bought());
        }
    }

    [Fact]
    public async Task An_answer_that_is_lost_is_asked_for_again_by_the_library_or_by_us_and_there_is_one_machine()
    {
        await using var bed = await AzureBed.StartAsync();
        var lost = 0;
        bed.Endpoint.BeforeAnswer = call =>
        {
            if (call is { Method: "PUT", Type: "Microsoft.Compute/virtualMachines" } && lost++ == 0)
            {
                throw new IOException("lost");
            }
        };
        var node = await bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel);
        Assert.Null(node.Failure);
        Assert.Equal(2, lost);
        Assert.True(Assert.Single(await bed.Cloud().ListAsync(Cancel)).Running);
        Assert.Equal(_one, bed.Endpoint.Bought());

        var puts = Puts(bed);
        Assert.Equal(node with { Running = true }, await bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel));
        Assert.Equal(puts, Puts(bed));
    }

    [Fact]
    public async Task Launches_at_once_share_the_network_and_make_a_node_each()
    {
        await using var bed = await AzureBed.StartAsync();
        var (one, other) = (bed.Cloud(), bed.Cloud());
        await Task.WhenAll(Enumerable.Range(1, 4).SelectMany(n => new[] { one, other }.Select(cloud => cloud.LaunchAsync(AzureBed.Request($"n{n}"), Cancel))));
        Assert.Equal(["n1", "n2", "n3", "n4"], (await one.ListAsync(Cancel)).Select(node => node.Name).Order());
        Assert.Single(bed.Endpoint.Of("Microsoft.Network/virtualNetworks"));
        Assert.Equal(16, bed.Endpoint.Bought().Count);
    }

    [Theory]
    [InlineData("attempt")]
    [InlineData("size")]
    [InlineData("zone")]
    [InlineData("market")]
    public async Task The_same_node_by_another_request_is_refused(string other)
    {
        await using var bed = await AzureBed.StartAsync();
        var request = AzureBed.Request();
        await bed.Cloud().LaunchAsync(request, Cancel);
        var changed = other switch
        {
            "attempt" => request with { Attempt = 2 },
            "size" => request with { Offering = request.Offering with { InstanceType = "Standard_D8s_v5" } },
            "zone" => request with { Offering = request.Offering with { Zone = "1" } },
            _ => request with { Offering = request.Offering with { UseSpot = false } },
        };
        var refused = await Assert.ThrowsAsync<CloudException>(() => bed.Cloud().LaunchAsync(changed, Cancel));
        Assert.Equal(CloudFailure.Invalid, refused.Failure);
        Assert.Contains("another request", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_attempt_waits_until_what_is_left_of_the_last_is_gone()
    {
        await using var bed = await AzureBed.StartAsync();
        bed.Endpoint.FailNextMachine(new ArmError(409, "AllocationFailed", "Allocation failed."));
        await bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel);
        var second = AzureBed.Request(attempt: 2);
        bed.Endpoint.FinishByItself(false);
        bed.Endpoint.Settle();
        var waits = await Assert.ThrowsAsync<CloudException>(() => bed.Cloud().LaunchAsync(second, Cancel));
        Assert.Equal(CloudFailure.Unavailable, waits.Failure);
        Assert.Equal(CloudFailure.Unavailable, (await Assert.ThrowsAsync<CloudException>(() => bed.Cloud().LaunchAsync(second, Cancel))).Failure);
        bed.Endpoint.Settle();
        bed.Endpoint.FinishByItself(true);
        Assert.Null((await bed.Cloud().LaunchAsync(second, Cancel)).Failure);
        Assert.Equal("2", (string?)Assert.Single(bed.Endpoint.Of("Microsoft.Compute/virtualMachines"))["tags"]!["sky-attempt"]);
    }

    [Fact]
    public async Task A_region_whose_group_was_removed_meanwhile_is_made_anew()
    {
        await using var bed = await AzureBed.StartAsync();
        var cloud = bed.Cloud();
        await cloud.LaunchAsync(AzureBed.Request(), Cancel);
        bed.Endpoint.Remove((string)Assert.Single(bed.Endpoint.Of("Microsoft.Resources/subscriptions/resourceGroups"))["id"]!);
        Assert.Empty(await cloud.ListAsync(Cancel));
        Assert.Equal(CloudFailure.Unavailable, (await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(AzureBed.Request("n2"), Cancel))).Failure);
        Assert.Null((await cloud.LaunchAsync(AzureBed.Request("n2"), Cancel)).Failure);
        Assert.Equal("n2", Assert.Single(await cloud.ListAsync(Cancel)).Name);
    }

    private static int Puts(AzureBed bed) => bed.Endpoint.Calls.Count(call => call is { Method: "PUT", Type: "Microsoft.Compute/virtualMachines" });

    /// <summary>The asker is killed at one of its calls.</summary>
    private static async Task DieAsync(AzureBed bed, int at, bool after)
    {
        using var killed = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        void Kill(ArmCall call)
        {
            if (call.Number == at)
            {
                killed.Cancel();
                throw new IOException("killed");
            }
        }

        bed.Endpoint.BeforeEffect = after ? null : Kill;
        bed.Endpoint.BeforeAnswer = after ? Kill : null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bed.Cloud().LaunchAsync(AzureBed.Request(), killed.Token));
        (bed.Endpoint.BeforeEffect, bed.Endpoint.BeforeAnswer) = (null, null);
    }
}
