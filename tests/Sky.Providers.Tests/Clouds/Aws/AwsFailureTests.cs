using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Providers.Clouds.Aws;
using Sky.Testing.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>Each of EC2's errors, through the SDK, as the reaction it needs.</summary>
public sealed class AwsFailureTests(AwsFixture fixture) : AwsCloudTestBase(fixture), IClassFixture<AwsFixture>
{
    private static readonly Dictionary<CloudFailure, string[]> _expected = new()
    {
        [CloudFailure.NoCapacity] =
        [
            "InsufficientInstanceCapacity", "InsufficientCapacity", "InsufficientHostCapacity", "InsufficientReservedInstanceCapacity", "InsufficientFreeAddressesInSubnet",
            "InsufficientAddressCapacity", "InsufficientVolumeCapacity", "SpotMaxPriceTooLow", "Unsupported",
        ],
        [CloudFailure.Quota] =
        [
            "MaxSpotInstanceCountExceeded", "MaxSpotFleetRequestCountExceeded", "VcpuLimitExceeded", "InstanceLimitExceeded", "VolumeLimitExceeded", "VpcLimitExceeded", "InternetGatewayLimitExceeded",
            "SubnetLimitExceeded", "SecurityGroupLimitExceeded", "PendingVerification", "OptInRequired",
        ],
        [CloudFailure.Invalid] = ["InvalidParameterValue", "InvalidParameterCombination", "MissingParameter", "InvalidAMIID.NotFound", "UnsupportedOperation", "SomethingNew"],
        [CloudFailure.Unauthorized] =
        [
            "UnauthorizedOperation", "AuthFailure", "AccessDenied", "AccessDeniedException", "Blocked", "ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId",
            "InvalidSecurityToken", "IncompleteSignature", "SignatureDoesNotMatch", "MissingAuthenticationToken", "UnrecognizedClientException",
        ],
        [CloudFailure.Throttled] =
        [
            "RequestLimitExceeded", "Throttling", "ThrottlingException", "RequestThrottled", "TooManyRequestsException", "EC2ThrottledException", "ConcurrentTagAccess", "ConcurrentCreateInProgress",
        ],
        [CloudFailure.NotFound] = ["InvalidInstanceID.NotFound"],
        [CloudFailure.Ambiguous] = ["IdempotentParameterMismatch"],
        [CloudFailure.Unavailable] =
        [
            "InvalidVpcID.NotFound", "InvalidSubnetID.NotFound", "InvalidGroup.NotFound", "InvalidGroupId.NotFound", "InvalidSecurityGroupID.NotFound", "InvalidInternetGatewayID.NotFound",
            "InvalidRouteTableID.NotFound", "InvalidGroup.Duplicate", "InvalidSubnet.Conflict", "InvalidPermission.Duplicate", "RouteAlreadyExists", "Resource.AlreadyAssociated", "DependencyViolation",
            "InternalError", "InternalFailure", "ServiceUnavailable", "Unavailable",
        ],
    };

    [Fact]
    public async Task Every_code_is_the_failure_it_should_be_and_makes_nothing()
    {
        var cloud = Start();
        await LaunchAsync(cloud, Request());
        foreach (var (failure, codes) in _expected)
        {
            foreach (var code in codes)
            {
                Proxy.FailNext("RunInstances", Ec2Fault.Refused, code);
                var refused = await Assert.ThrowsAsync<CloudException>(() => Passing(cloud.LaunchAsync(Request("sky-2"), Cancel)));
                Assert.True(failure == refused.Failure, $"{code}: {refused.Failure} in place of {failure}");
                Assert.Contains(code, refused.Message, StringComparison.Ordinal);
            }
        }

        Assert.Single(await LivingAsync());
        Assert.Empty(AwsFailures.Codes.Except(_expected.Values.SelectMany(codes => codes)));
    }

    [Theory]
    [InlineData("InternalError", 500)]
    [InlineData("ServiceUnavailable", 503)]
    [InlineData("Unavailable", 503)]
    [InlineData("SomethingNew", 502)]
    public async Task What_a_server_broke_off_may_have_made_an_instance_and_never_shows_less_than_there_is(string code, int status)
    {
        var cloud = Start();
        await LaunchAsync(cloud, Request());
        Proxy.FailNext("RunInstances", Ec2Fault.Refused, code, status);
        Assert.Equal(CloudFailure.Ambiguous, (await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(Request("sky-2"), Cancel))).Failure);
        Proxy.FailNext("DescribeInstances", Ec2Fault.Refused, code, status);
        Assert.Equal(CloudFailure.Unavailable, (await Assert.ThrowsAsync<CloudException>(() => cloud.ListAsync(Cancel))).Failure);
    }

    [Theory]
    [InlineData(CloudFailure.NoCapacity, NodeLaunchState.Void)]
    [InlineData(CloudFailure.Quota, NodeLaunchState.Void)]
    [InlineData(CloudFailure.Invalid, NodeLaunchState.Void)]
    [InlineData(CloudFailure.Unauthorized, NodeLaunchState.Void)]
    [InlineData(CloudFailure.Throttled, NodeLaunchState.Requested)]
    [InlineData(CloudFailure.Ambiguous, NodeLaunchState.Requested)]
    [InlineData(CloudFailure.Unavailable, NodeLaunchState.Requested)]
    public async Task A_refused_launch_is_void_and_what_may_pass_is_asked_again(CloudFailure failure, NodeLaunchState state)
    {
        var cloud = Start();
        await LaunchAsync(cloud, Request());
        var launch = new NodeLaunch { Request = Request("sky-2"), State = NodeLaunchState.Requested, CreatedAt = Time.GetUtcNow(), ChangedAt = Time.GetUtcNow() };
        Proxy.FailNext("RunInstances", Ec2Fault.Refused, _expected[failure][0]);
        var refused = await Assert.ThrowsAsync<CloudException>(() => Passing(cloud.LaunchAsync(launch.Request, Cancel)));

        launch = NodeLifecycle.NotLaunched(launch, refused, Time.GetUtcNow());
        Assert.Equal(state, launch.State);
        Assert.Equal(state == NodeLaunchState.Requested, launch.NotBefore > Time.GetUtcNow());
    }

    [Fact]
    public async Task A_call_is_sent_once_whatever_becomes_of_it()
    {
        var cloud = Start();
        foreach (var fault in new[] { Ec2Fault.Lost, Ec2Fault.AnswerLost, Ec2Fault.Refused })
        {
            var before = Proxy.Calls.Count;
            Proxy.FailNext("DescribeInstances", fault, "RequestLimitExceeded", 503, Region);
            await Assert.ThrowsAsync<CloudException>(() => cloud.ListAsync(Cancel));
            Assert.Single(Proxy.Calls.Skip(before), call => call.Region == Region);
        }
    }

    [Fact]
    public async Task An_address_where_nobody_answers_is_unavailable()
    {
        using var cloud = new AwsPlainClient(AwsBed.Nobody, new() { ServiceURL = $"http://127.0.0.1:{Sky.Testing.Processes.FreePorts.Take(1)[0]}/", AuthenticationRegion = Region });
        var silent = await Assert.ThrowsAsync<CloudException>(() => AwsFailures.DoAsync(Region, "list regions", makes: false, cloud.DescribeRegionsAsync, Cancel));
        Assert.Equal(CloudFailure.Unavailable, silent.Failure);
    }

    [Fact]
    public async Task Credentials_that_the_SDK_cannot_get_are_a_matter_for_a_person()
    {
        var none = await Assert.ThrowsAsync<CloudException>(() => AwsFailures.DoAsync<int>(
            Region, "list regions", makes: false, _ => throw new Amazon.Runtime.AmazonClientException("Failed to resolve AWS credentials.\nAnd more."), Cancel));
        Assert.Equal((CloudFailure.Unauthorized, "AWS (eu-central-1) cannot be asked to list regions: Failed to resolve AWS credentials"), (none.Failure, none.Message));
    }
}
