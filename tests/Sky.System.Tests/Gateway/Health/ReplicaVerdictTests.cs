using Sky.Gateway.Forwarding;
using Sky.Gateway.Health.Outliers;
using Xunit;

namespace Sky.SystemTests.Gateway.Health;

public sealed class ReplicaVerdictTests
{
    [Theory]
    [InlineData(nameof(ForwardOutcome.Completed), 200, false, nameof(ReplicaVerdict.Success))]
    [InlineData(nameof(ForwardOutcome.Completed), 404, false, nameof(ReplicaVerdict.Success))]
    [InlineData(nameof(ForwardOutcome.Completed), 429, false, nameof(ReplicaVerdict.Busy))]
    [InlineData(nameof(ForwardOutcome.Completed), 503, true, nameof(ReplicaVerdict.Busy))]
    [InlineData(nameof(ForwardOutcome.Completed), 503, false, nameof(ReplicaVerdict.Failure))]
    [InlineData(nameof(ForwardOutcome.Completed), 500, false, nameof(ReplicaVerdict.Failure))]
    [InlineData(nameof(ForwardOutcome.Completed), 501, false, nameof(ReplicaVerdict.Success))]
    [InlineData(nameof(ForwardOutcome.Completed), 505, false, nameof(ReplicaVerdict.Success))]
    [InlineData(nameof(ForwardOutcome.ConnectFailed), 0, false, nameof(ReplicaVerdict.Failure))]
    [InlineData(nameof(ForwardOutcome.TimedOutBeforeHeaders), 0, false, nameof(ReplicaVerdict.Failure))]
    [InlineData(nameof(ForwardOutcome.BrokeBeforeHeaders), 0, false, nameof(ReplicaVerdict.Failure))]
    [InlineData(nameof(ForwardOutcome.NoHttp), 0, false, nameof(ReplicaVerdict.Failure))]
    [InlineData(nameof(ForwardOutcome.BrokeAfterHeaders), 200, false, nameof(ReplicaVerdict.Failure))]
    [InlineData(nameof(ForwardOutcome.IdleAfterHeaders), 200, false, nameof(ReplicaVerdict.Failure))]
    [InlineData(nameof(ForwardOutcome.ClientGone), 500, false, nameof(ReplicaVerdict.None))]
    [InlineData(nameof(ForwardOutcome.BadRequest), 0, false, nameof(ReplicaVerdict.None))]
    public void What_an_end_says_of_the_replica(string outcome, int status, bool saysWhen, string verdict) =>
        Assert.Equal(Enum.Parse<ReplicaVerdict>(verdict), ReplicaVerdicts.Of(Enum.Parse<ForwardOutcome>(outcome), status, saysWhen));
}
