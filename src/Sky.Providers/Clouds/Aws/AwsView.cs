using Amazon.EC2;
using Amazon.EC2.Model;
using Sky.Core.Clouds;
using Sky.Core.Nodes;

namespace Sky.Providers.Clouds.Aws;

/// <summary>
/// How an instance is seen as a node. Its state, and why it ended, by
/// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html; a spot request's status by
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html.
/// </summary>
internal static class AwsView
{
    /// <summary>EC2 will end the instance: two minutes are left of when it was said.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromMinutes(2);

    private const string Terminated = "Server.SpotInstanceTermination";
    private const string Shutdown = "Server.SpotInstanceShutdown";

    /// <summary>What a spot request's status says of its instance while that still lives, or just ended.</summary>
    public static readonly IReadOnlyList<string> TakenAway =
    [
        "marked-for-termination", "marked-for-stop", "instance-terminated-by-price", "instance-terminated-no-capacity", "instance-terminated-capacity-oversubscribed",
        "instance-terminated-launch-group-constraint", "instance-stopped-by-price", "instance-stopped-no-capacity",
    ];

    /// <summary>A launch that EC2 took on and that came to nothing.</summary>
    private static readonly Dictionary<string, CloudFailure> _failures = new(StringComparer.Ordinal)
    {
        ["Server.InsufficientInstanceCapacity"] = CloudFailure.NoCapacity,
        ["Server.InternalError"] = CloudFailure.Unavailable,
        ["Client.VolumeLimitExceeded"] = CloudFailure.Quota,
        ["Client.InternalError"] = CloudFailure.Invalid,
        ["Client.InvalidSnapshot.NotFound"] = CloudFailure.Invalid,
    };

    /// <summary>The node; null for an instance that has ended and of which nothing more is to be told.</summary>
    public static CloudNode? Of(Instance instance, SpotInstanceRequest? request)
    {
        if (AwsTags.ValueOf(instance.Tags, NodeTags.Node) is not { } id)
        {
            return null;
        }

        var state = instance.State?.Name;
        var failure = state == InstanceStateName.Terminated ? FailureOf(instance) : null;
        if (state == InstanceStateName.Terminated && failure is null)
        {
            return null;
        }

        return new CloudNode
        {
            Id = new NodeId(id),
            Name = instance.InstanceId,
            Address = string.IsNullOrEmpty(instance.PublicIpAddress) ? Given(instance.PrivateIpAddress) : instance.PublicIpAddress,
            PrivateAddress = Given(instance.PrivateIpAddress),
            Running = state == InstanceStateName.Running,
            Notice = NoticeOf(instance, request),
            Failure = failure,
        };
    }

    private static NodeNotice? NoticeOf(Instance instance, SpotInstanceRequest? request)
    {
        if (instance.StateReason?.Code is Terminated or Shutdown)
        {
            return new NodeNotice { Kind = NodeNoticeKind.Interruption, Detail = instance.StateReason.Code };
        }

        return request?.Status?.Code is { } code && TakenAway.Contains(code)
            ? new NodeNotice { Kind = NodeNoticeKind.Interruption, At = request.Status.UpdateTime is { } said ? new DateTimeOffset(said.ToUniversalTime()) + Notice : null, Detail = code }
            : null;
    }

    private static NodeFailure? FailureOf(Instance instance) =>
        instance.StateReason?.Code is { } code && _failures.TryGetValue(code, out var failure)
            ? new NodeFailure(failure, $"EC2 began the instance and ended it: {instance.StateReason.Message ?? code} ({code})")
            : null;

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
