using Sky.Core.Services;

namespace Sky.Core.Tests.Services;

public sealed class ReplicaLifecycleTests
{
    /// <summary>Every pair that may happen; the test below refuses all others.</summary>
    private static readonly Dictionary<(ReplicaState, ReplicaEvent), ReplicaState> _table = new()
    {
        [(ReplicaState.Pending, ReplicaEvent.Launch)] = ReplicaState.Provisioning,
        [(ReplicaState.Pending, ReplicaEvent.Stop)] = ReplicaState.Stopped,
        [(ReplicaState.Provisioning, ReplicaEvent.Began)] = ReplicaState.Starting,
        [(ReplicaState.Provisioning, ReplicaEvent.Stop)] = ReplicaState.Stopping,
        [(ReplicaState.Provisioning, ReplicaEvent.EndedByItself)] = ReplicaState.Failed,
        [(ReplicaState.Provisioning, ReplicaEvent.EndedUnstarted)] = ReplicaState.FailedProvision,
        [(ReplicaState.Starting, ReplicaEvent.ProbePassed)] = ReplicaState.Ready,
        [(ReplicaState.Starting, ReplicaEvent.Stop)] = ReplicaState.Stopping,
        [(ReplicaState.Starting, ReplicaEvent.EndedByItself)] = ReplicaState.Failed,
        [(ReplicaState.Ready, ReplicaEvent.ProbeFailed)] = ReplicaState.NotReady,
        [(ReplicaState.Ready, ReplicaEvent.Drain)] = ReplicaState.Draining,
        [(ReplicaState.Ready, ReplicaEvent.Stop)] = ReplicaState.Stopping,
        [(ReplicaState.Ready, ReplicaEvent.EndedByItself)] = ReplicaState.Failed,
        [(ReplicaState.NotReady, ReplicaEvent.ProbePassed)] = ReplicaState.Ready,
        [(ReplicaState.NotReady, ReplicaEvent.Drain)] = ReplicaState.Draining,
        [(ReplicaState.NotReady, ReplicaEvent.Stop)] = ReplicaState.Stopping,
        [(ReplicaState.NotReady, ReplicaEvent.EndedByItself)] = ReplicaState.Failed,
        [(ReplicaState.Draining, ReplicaEvent.Stop)] = ReplicaState.Stopping,
        [(ReplicaState.Draining, ReplicaEvent.EndedAsAsked)] = ReplicaState.Stopped,
        [(ReplicaState.Stopping, ReplicaEvent.StopFailed)] = ReplicaState.FailedCleanup,
        [(ReplicaState.Stopping, ReplicaEvent.EndedAsAsked)] = ReplicaState.Stopped,
        [(ReplicaState.Stopping, ReplicaEvent.EndedByItself)] = ReplicaState.Failed,
        [(ReplicaState.Stopping, ReplicaEvent.EndedTooSlow)] = ReplicaState.FailedInitialDelay,
        [(ReplicaState.Stopping, ReplicaEvent.EndedFailing)] = ReplicaState.FailedProbing,
        [(ReplicaState.Stopping, ReplicaEvent.EndedUnstarted)] = ReplicaState.FailedProvision,
        [(ReplicaState.Stopping, ReplicaEvent.EndedPreempted)] = ReplicaState.Preempted,
        [(ReplicaState.FailedCleanup, ReplicaEvent.EndedAsAsked)] = ReplicaState.Stopped,
        [(ReplicaState.FailedCleanup, ReplicaEvent.EndedByItself)] = ReplicaState.Failed,
        [(ReplicaState.FailedCleanup, ReplicaEvent.EndedTooSlow)] = ReplicaState.FailedInitialDelay,
        [(ReplicaState.FailedCleanup, ReplicaEvent.EndedFailing)] = ReplicaState.FailedProbing,
        [(ReplicaState.FailedCleanup, ReplicaEvent.EndedUnstarted)] = ReplicaState.FailedProvision,
        [(ReplicaState.FailedCleanup, ReplicaEvent.EndedPreempted)] = ReplicaState.Preempted,
    };

    [Fact]
    public void Every_pair_is_in_the_table_or_refused()
    {
        foreach (var state in Enum.GetValues<ReplicaState>())
        {
            foreach (var happened in Enum.GetValues<ReplicaEvent>())
            {
                ReplicaState? expected = _table.TryGetValue((state, happened), out var next) ? next : null;
                Assert.True(expected == ReplicaLifecycle.Next(state, happened), $"{state} + {happened}: {ReplicaLifecycle.Next(state, happened)}, expected {expected}");
            }
        }
    }

    [Fact]
    public void Every_state_is_live_or_going_or_terminal()
    {
        foreach (var state in Enum.GetValues<ReplicaState>())
        {
            var going = state is ReplicaState.Draining or ReplicaState.Stopping or ReplicaState.FailedCleanup;
            Assert.Single([state.IsLive(), going, state.IsTerminal()], yes => yes);
        }
    }

    [Fact]
    public void Every_cause_ends_what_is_stopping()
    {
        foreach (var cause in Enum.GetValues<StopCause>())
        {
            Assert.True(ReplicaLifecycle.Next(ReplicaState.Stopping, ReplicaLifecycle.EndOf(cause))!.Value.IsTerminal());
        }
    }
}
