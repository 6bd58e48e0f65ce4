using Sky.Core.Specs;
using Sky.Gateway.LoadBalancing;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

/// <summary>Which replicas may get requests when some are ejected or cannot be reached.</summary>
public sealed class UsableReplicaTests
{
    [Theory]
    [InlineData(4, 0, 1, 50, 3)]
    [InlineData(4, 0, 2, 50, 2)]
    [InlineData(4, 0, 3, 50, 4)]
    [InlineData(4, 2, 1, 50, 2)]
    [InlineData(4, 1, 1, 50, 2)]
    [InlineData(1, 0, 1, 50, 1)]
    [InlineData(4, 0, 3, 0, 1)]
    [InlineData(4, 0, 1, 100, 4)]
    public void Ejections_are_passed_over_when_too_few_are_left_and_what_cannot_be_reached_stays_out(int replicas, int suspect, int ejected, double panic, int usable)
    {
        var all = LoadBalancingContract.Replicas(replicas);
        foreach (var replica in all.Take(suspect))
        {
            replica.Suspect = true;
        }

        foreach (var replica in all.Skip(suspect).Take(ejected))
        {
            replica.Outcomes.Eject(TimeSpan.FromSeconds(30));
        }

        var snapshot = LoadBalancingContract.Snapshot(new RoundRobinPolicy(), all, new OutlierSpec { PanicPercent = panic });
        Assert.Equal(usable, snapshot.Usable.Length);
        Assert.DoesNotContain(snapshot.Usable, replica => replica.Suspect);
    }
}
