using System.Globalization;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Specs;

namespace Sky.Core.Autoscaling;

/// <summary>
/// SkyServe's request-rate rule: requests of the last minute ÷ 60 ÷ what one replica is made for, rounded up, within minimum and maximum,
/// adopted when the load has asked for it long enough. Unlike there, delays are real time and outlive a restart. Beside it each metric of the policy
/// asks for replicas (<see cref="HorizontalScaling"/>): of all the most is taken, and while one is not known none is taken away.
/// </summary>
internal static class Autoscaler
{
    private const int StoreEverySeconds = 5;

    public static AutoscalerDecision Decide(AutoscalerInput input, DateTimeOffset now)
    {
        var window = RequestWindow.Merge(input.State.Window, input.Load.Window, now);
        var verdicts = input.Pinned is null ? MetricDemand.Of(input, Current(input), now) : [];
        var next = input.Pinned is { } pinned
            ? input.State with { Target = pinned, AboveSince = null, BelowSince = null, PolicyVersion = input.PolicyVersion, Missing = null }
            : ByLoad(input, window, verdicts, now) with { Missing = MissingOf(verdicts) };
        var reason = next.Target == input.State.Target ? null : Explain(input, window, verdicts, next.Target);
        var state = next != input.State || (input.Policy.Autoscales && IsDue(input.State.Window, window)) ? next with { Window = window } : input.State;
        return new AutoscalerDecision(state, reason, LookAgain(input, next, window, now));
    }

    /// <summary>Replicas wanted so far, within the bounds of the policy.</summary>
    internal static int Current(AutoscalerInput input) => Math.Clamp(input.State.Target, input.Policy.MinReplicas, input.Policy.Max);

    private static AutoscalerState ByLoad(AutoscalerInput input, IReadOnlyList<RequestCount> window, IReadOnlyList<MetricVerdict> verdicts, DateTimeOffset now)
    {
        var policy = input.Policy;
        var current = Current(input);
        var state = input.State with { Target = current };
        var desired = Desired(input, current, window, verdicts);
        if (state.PolicyVersion != input.PolicyVersion)
        {
            // A new policy starts with fresh delays. What the load asks for by the new rule is taken at once where it is more; less waits its time.
            state = state with { PolicyVersion = input.PolicyVersion, AboveSince = null, BelowSince = null, Target = Math.Max(current, desired) };
        }

        if (desired > state.Target)
        {
            var since = state.AboveSince ?? now;
            return state.Target == 0 || now - since >= TimeSpan.FromSeconds(policy.UpscaleDelaySeconds)
                ? state with { Target = desired, AboveSince = null, BelowSince = null }
                : state with { AboveSince = since, BelowSince = null };
        }

        if (!input.Load.Known || verdicts.Any(verdict => !verdict.Sure))
        {
            // Silence is no proof that nothing comes: what is wanted stays, and so do the waits that go on.
            return state;
        }

        if (desired < state.Target)
        {
            var since = state.BelowSince ?? now;
            return now - since >= TimeSpan.FromSeconds(policy.DownscaleDelaySeconds)
                ? state with { Target = desired, AboveSince = null, BelowSince = null }
                : state with { AboveSince = null, BelowSince = since };
        }

        return state with { AboveSince = null, BelowSince = null };
    }

    private static int Desired(AutoscalerInput input, int current, IReadOnlyList<RequestCount> window, IReadOnlyList<MetricVerdict> verdicts)
    {
        var policy = input.Policy;
        if (!policy.Autoscales)
        {
            return policy.MinReplicas;
        }

        var requests = RequestWindow.Total(window);
        var wanted = !policy.FollowsRequests ? 0
            : policy.TargetQpsPerAccelerator.Count > 0
            ? ByAccelerator(policy, input.Accelerators, current, requests / (double)RequestWindow.Seconds)
            : Replicas(requests / (RequestWindow.Seconds * policy.TargetQpsPerReplica!.Value));
        wanted = verdicts.Aggregate(wanted, (most, verdict) => Math.Max(most, verdict.Wanted ?? 0));
        var awake = requests > 0 || input.Load.Held > 0 ? Math.Max(1, wanted) : wanted;
        return Math.Clamp(awake, policy.MinReplicas, policy.Max);
    }

    /// <summary>
    /// The fewest of the present replicas, strongest first, that carry the load; where all of them do not, as many of the strongest kind in addition.
    /// A replica that is wanted and not there yet counts as one of the weakest kind.
    /// </summary>
    private static int ByAccelerator(ReplicaPolicySpec policy, IReadOnlyList<string?> accelerators, int current, double qps)
    {
        var values = policy.TargetQpsPerAccelerator;
        var weakest = values.Values.Min();
        var missing = Enumerable.Repeat(weakest, Math.Max(0, current - accelerators.Count));
        var capacities = accelerators.Select(name => AcceleratorQps.Of(values, name)).Concat(missing).OrderDescending().Take(current);
        var carried = 0.0;
        var count = 0;
        foreach (var capacity in capacities)
        {
            if (carried >= qps)
            {
                return count;
            }

            carried += capacity;
            count++;
        }

        return carried >= qps ? count : count + Replicas((qps - carried) / values.Values.Max());
    }

    /// <summary>Rounded up, but not for what is only an error of floating-point arithmetic.</summary>
    private static int Replicas(double exact) => (int)Math.Min(int.MaxValue / 4, Math.Ceiling(exact - 1e-9));

    private static bool IsDue(IReadOnlyList<RequestCount> stored, IReadOnlyList<RequestCount> window) =>
        window.Count > 0 && (stored.Count == 0 || window[^1].Second >= stored[^1].Second + StoreEverySeconds);

    private static DateTimeOffset? LookAgain(AutoscalerInput input, AutoscalerState state, IReadOnlyList<RequestCount> window, DateTimeOffset now)
    {
        if (input.Pinned is not null || !input.Policy.Autoscales)
        {
            return null;
        }

        var due = state.AboveSince?.AddSeconds(input.Policy.UpscaleDelaySeconds) ?? state.BelowSince?.AddSeconds(input.Policy.DownscaleDelaySeconds);
        DateTimeOffset? tick = window.Count > 0 ? now.AddSeconds(StoreEverySeconds) : null;
        return due is null || (tick is not null && tick < due) ? tick : due;
    }

    /// <summary>Without what changes from try to try but the words of the failure.</summary>
    private static string? MissingOf(IReadOnlyList<MetricVerdict> verdicts)
    {
        var missing = verdicts.Where(verdict => verdict is { Wanted: null, Trouble: not null }).Select(verdict => $"{MetricDemand.NameOf(verdict.Metric)} ({verdict.Trouble})").Distinct().ToList();
        return missing.Count == 0 ? null : $"No replica is taken away while a metric is not known: {string.Join("; ", missing)}.";
    }

    private static string Explain(AutoscalerInput input, IReadOnlyList<RequestCount> window, IReadOnlyList<MetricVerdict> verdicts, int target)
    {
        var change = $"Replicas wanted: {input.State.Target} → {target}";
        if (input.Pinned is not null)
        {
            return $"{change} (set by hand).";
        }

        // With several, what asks for the most is what decided.
        var deciding = verdicts.Where(verdict => verdict.Wanted is not null).MaxBy(verdict => verdict.Wanted);
        var qps = RequestWindow.Total(window) / (double)RequestWindow.Seconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{change} ({qps:0.##} requests a second, {input.Load.Held} held{(deciding is null ? "" : "; " + MetricDemand.Text(deciding))}, from {input.Policy.MinReplicas} to {input.Policy.Max}).");
    }
}
