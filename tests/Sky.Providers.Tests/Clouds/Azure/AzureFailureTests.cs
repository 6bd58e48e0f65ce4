using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Providers.Clouds.Azure;
using Sky.Testing.Clouds.Azure;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Azure;

/// <summary>Refusals, failures after 201, throttling and challenges, as they reach the life of a node.</summary>
public sealed class AzureFailureTests
{
    private const string Machines = "Microsoft.Compute/virtualMachines";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, string, CloudFailure> Refusals => new()
    {
        { "AllocationFailed", 409, "Allocation failed.", CloudFailure.NoCapacity },
        { "ZonalAllocationFailed", 409, "Allocation failed in the zone.", CloudFailure.NoCapacity },
        { "OverconstrainedAllocationRequest", 409, "The VM size is not supported.", CloudFailure.NoCapacity },
        { "OverconstrainedZonalAllocationRequest", 409, "The VM size is not supported.", CloudFailure.NoCapacity },
        { "SkuNotAvailable", 409, "The requested size is currently not available in location.", CloudFailure.NoCapacity },
        { "SpotPriceGreaterThanProvidedMaxPrice", 409, "The price is above the one given.", CloudFailure.NoCapacity },
        { "QuotaExceeded", 409, "The quota is exceeded.", CloudFailure.Quota },
        { "OperationNotAllowed", 409, "Operation could not be completed as it results in exceeding approved standardDSv5Family Cores quota.", CloudFailure.Quota },
        { "OperationNotAllowed", 409, "The operation is not allowed.", CloudFailure.Invalid },
        { "PublicIPCountLimitReached", 400, "Cannot create more than 20 public IP addresses.", CloudFailure.Quota },
        { "InvalidParameter", 400, "The value is invalid.", CloudFailure.Invalid },
        { "RequestDisallowedByPolicy", 403, "A policy does not allow it.", CloudFailure.Invalid },
        { "AuthorizationFailed", 403, "The client has no authorization.", CloudFailure.Unauthorized },
        { "LinkedAuthorizationFailed", 403, "The client has no authorization to join.", CloudFailure.Unauthorized },
        { "MissingSubscriptionRegistration", 409, "The subscription is not registered to use namespace Microsoft.Compute.", CloudFailure.Unauthorized },
        { "SomethingNew", 400, "Never seen.", CloudFailure.Invalid },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_refused_is_void_once_its_parts_are_gone(string code, int status, string message, CloudFailure failure)
    {
        await using var bed = await AzureBed.StartAsync();
        var cloud = bed.Cloud();
        bed.Endpoint.RefuseNext("PUT", Machines, new ArmError(status, code, message));
        var launch = NodeLifecycle.Launched(Launch(), await cloud.LaunchAsync(AzureBed.Request(), Cancel), DateTimeOffset.UtcNow);
        Assert.Equal((NodeLaunchState.Ending, failure), (launch.State, launch.Failure));
        Assert.Contains(message, launch.Reason, StringComparison.Ordinal);
        Assert.Contains(code, launch.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", launch.Reason, StringComparison.Ordinal);
        await EndsVoidAsync(bed, cloud, launch);
    }

    [Theory]
    [InlineData("AllocationFailed", "Allocation failed.", CloudFailure.NoCapacity)]
    [InlineData("ZonalAllocationFailed", "Allocation failed in the zone.", CloudFailure.NoCapacity)]
    [InlineData("OverconstrainedAllocationRequest", "The VM size is not supported.", CloudFailure.NoCapacity)]
    [InlineData("OperationNotAllowed", "exceeding approved Total Regional Spot Cores quota", CloudFailure.Quota)]
    [InlineData("InternalExecutionError", "An internal execution error occurred.", CloudFailure.Unavailable)]
    public async Task What_fails_after_it_was_taken_on_is_seen_in_the_list_in_a_look_and_in_a_replay(string code, string message, CloudFailure failure)
    {
        await using var bed = await AzureBed.StartAsync();
        var cloud = bed.Cloud();
        bed.Endpoint.FailNextMachine(new ArmError(409, code, message));
        var launch = NodeLifecycle.Launched(Launch(), await cloud.LaunchAsync(AzureBed.Request(), Cancel), DateTimeOffset.UtcNow);
        Assert.Equal(NodeLaunchState.Booting, launch.State);

        var listed = Assert.Single(await cloud.ListAsync(Cancel));
        Assert.Equal((false, failure), (listed.Running, listed.Failure!.Failure));
        Assert.Equal(listed, await cloud.GetAsync(new NodeId("n1"), Cancel));
        Assert.Equal(listed, await bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel));

        launch = NodeLifecycle.Next(launch, wanted: true, new NodeSight(true, listed), DateTimeOffset.UtcNow).Launch;
        Assert.Equal((NodeLaunchState.Ending, failure), (launch.State, launch.Failure));
        await EndsVoidAsync(bed, cloud, launch);
    }

    [Fact]
    public async Task An_interface_that_cannot_be_made_leaves_no_address()
    {
        await using var bed = await AzureBed.StartAsync();
        var cloud = bed.Cloud();
        bed.Endpoint.RefuseNext("PUT", "Microsoft.Network/networkInterfaces", new ArmError(400, "SubnetIsFull", "Subnet with address prefix 10.77.0.0/16 does not have enough capacity."));
        var node = await cloud.LaunchAsync(AzureBed.Request(), Cancel);
        Assert.Equal(CloudFailure.Invalid, node.Failure!.Failure);
        await EndsVoidAsync(bed, cloud, NodeLifecycle.Launched(Launch(), node, DateTimeOffset.UtcNow));
    }

    [Theory]
    [InlineData("GET", "Microsoft.Resources/subscriptions/resourceGroups")]
    [InlineData("PUT", "Microsoft.Network/networkSecurityGroups")]
    public async Task Before_anything_of_the_node_is_made_a_refusal_is_a_refusal(string method, string type)
    {
        await using var bed = await AzureBed.StartAsync();
        bed.Endpoint.RefuseNext(method, type, new ArmError(403, "AuthorizationFailed", "The client has no authorization."));
        var refused = await Assert.ThrowsAsync<CloudException>(() => bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel));
        Assert.Equal(CloudFailure.Unauthorized, refused.Failure);
        Assert.Empty(bed.Endpoint.Bought());
    }

    [Fact]
    public async Task Who_is_throttled_waits_as_long_as_Azure_says_and_is_then_served()
    {
        await using var bed = await AzureBed.StartAsync();
        bed.Endpoint.RefuseNext("PUT", Machines, new ArmError(429, "OperationNotAllowed", "The server rejected the request because too many requests have been received.") { RetryAfter = 1 });
        Assert.Null((await bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel)).Failure);
        Assert.Equal(2, bed.Endpoint.Calls.Count(call => call is { Method: "PUT", Type: Machines }));
        Assert.Single(bed.Endpoint.Of(Machines));
    }

    [Fact]
    public async Task Who_is_throttled_for_too_long_is_told_so_and_the_node_is_asked_for_again_later()
    {
        await using var bed = await AzureBed.StartAsync();
        for (var times = 0; times < 4; times++)
        {
            bed.Endpoint.RefuseNext("PUT", Machines, new ArmError(429, "TooManyRequests", "Too many requests.") { RetryAfter = 0 });
        }

        var throttled = await Assert.ThrowsAsync<CloudException>(() => bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel));
        Assert.Equal(CloudFailure.Throttled, throttled.Failure);
        Assert.Equal(NodeLaunchState.Requested, NodeLifecycle.NotLaunched(Launch(), throttled, DateTimeOffset.UtcNow).State);
        Assert.Null((await bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel)).Failure);
    }

    [Fact]
    public async Task A_challenge_is_answered_with_a_token_that_has_the_claims()
    {
        await using var bed = await AzureBed.StartAsync();
        var cloud = bed.Cloud();
        await cloud.LaunchAsync(AzureBed.Request("n1"), Cancel);
        Assert.All(bed.Asked, Assert.Null);
        bed.Endpoint.DemandClaims("""{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}""");
        await cloud.LaunchAsync(AzureBed.Request("n2"), Cancel);
        Assert.Contains("""{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}""", bed.Asked);
        Assert.Equal(2, (await cloud.ListAsync(Cancel)).Count);
    }

    [Fact]
    public async Task Operations_are_polled_where_Azure_says_until_they_are_done()
    {
        await using var bed = await AzureBed.StartAsync();
        bed.Endpoint.FinishByItself(false);
        bed.Endpoint.Polls(1);
        Assert.Null((await bed.Cloud().LaunchAsync(AzureBed.Request(), Cancel)).Failure);
        // Security group, network, address and interface, twice each; the machine is not waited for.
        Assert.Equal(8, bed.Endpoint.PollsSeen);
        Assert.Equal("Creating", (string?)Assert.Single(bed.Endpoint.Of(Machines))["properties"]!["provisioningState"]);
    }

    [Fact]
    public async Task What_is_not_set_up_says_what_is_missing_and_waits_for_nothing()
    {
        await using var bed = await AzureBed.StartAsync();
        var nowhere = await Assert.ThrowsAsync<CloudException>(() => bed.Cloud(change: settings => settings with { Subscription = null }).ListOfferingsAsync(Cancel));
        Assert.Contains("AZURE_SUBSCRIPTION_ID", nowhere.Message, StringComparison.Ordinal);
        var closed = await Assert.ThrowsAsync<CloudException>(() => bed.Cloud(change: settings => settings with { AllowFrom = Sky.Providers.Clouds.AllowedSources.None }).ListOfferingsAsync(Cancel));
        Assert.Contains("SKY_CLOUD_ALLOW_FROM", closed.Message, StringComparison.Ordinal);
        Assert.Empty(bed.Asked);
        Assert.Empty(bed.Endpoint.Calls);
    }

    [Fact]
    public async Task One_list_is_offered_and_looks_at_what_there_is_are_spared()
    {
        await using var bed = await AzureBed.StartAsync();
        var cloud = bed.Cloud(change: settings => settings with { ListingKept = TimeSpan.FromHours(1) });
        var offered = await cloud.ListOfferingsAsync(Cancel);
        Assert.Same(offered, await cloud.ListOfferingsAsync(Cancel));
        Assert.True(offered.Select(offering => offering.Region).Distinct().Count() > 10);
        var few = await bed.Cloud(change: settings => settings with { Regions = ["westeurope"] }).ListOfferingsAsync(Cancel);
        Assert.Equal(["westeurope"], few.Select(offering => offering.Region).Distinct());
        await cloud.LaunchAsync(AzureBed.Request(), Cancel);
        await cloud.ListAsync(Cancel);
        var calls = bed.Endpoint.Calls.Count;
        Assert.Single(await cloud.ListAsync(Cancel));
        Assert.Equal(calls, bed.Endpoint.Calls.Count);
        await cloud.LaunchAsync(AzureBed.Request("n2"), Cancel);
        Assert.Equal(2, (await cloud.ListAsync(Cancel)).Count);
    }

    /// <summary>As the launcher goes on with it: removed until it is not seen any more.</summary>
    private static async Task EndsVoidAsync(AzureBed bed, AzureCloud cloud, NodeLaunch launch)
    {
        var now = DateTimeOffset.UtcNow;
        for (var looks = 0; looks < 10 && !launch.IsOver; looks++)
        {
            var seen = (await cloud.ListAsync(Cancel)).SingleOrDefault(node => node.Id == launch.Id);
            now += TimeSpan.FromSeconds(2);
            (launch, var call) = NodeLifecycle.Next(launch, wanted: true, new NodeSight(true, seen), now);
            if (call == NodeCall.Delete)
            {
                await cloud.DeleteAsync(launch.Id, Cancel);
                launch = NodeLifecycle.Deleted(launch, now);
            }
        }

        Assert.Equal((NodeLaunchState.Void, null), (launch.State, launch.LaunchedAt));
        Assert.Empty(bed.Endpoint.Bought());
    }

    private static NodeLaunch Launch() => new() { Request = AzureBed.Request(), State = NodeLaunchState.Requested, CreatedAt = DateTimeOffset.UtcNow, ChangedAt = DateTimeOffset.UtcNow };
}
