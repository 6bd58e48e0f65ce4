using System.Globalization;
using Sky.Core.Keys;

namespace Sky.Core.Planning;

/// <summary>Stops scaling up once a service's budget is spent. What stands stays, and the fewest replicas that its file asks for are kept up whatever they cost.</summary>
internal static class Budget
{
    /// <summary>The replicas that may be wanted; where that is fewer, the service says why.</summary>
    /// <param name="draft">Of the pass.</param>
    /// <param name="version">The leading one.</param>
    /// <param name="wanted">Replicas without a budget.</param>
    public static int Cap(Draft draft, int version, int wanted)
    {
        var serving = draft.Version(version).Spec.Serving;
        var capped = wanted;
        if (serving.Budget is { } budget && draft.Snapshot.Spent >= budget.Usd)
        {
            capped = Math.Min(wanted, Math.Max(draft.Live.Count(), serving.ReplicaPolicy.MinReplicas));
            if (BudgetClock.EndOf(budget.Per, draft.Now) is { } end)
            {
                draft.LookAt(end);
            }
        }

        var held = capped == wanted ? null : Text(draft, serving.Budget!, capped);
        if (held != draft.Service.HeldByBudget)
        {
            if (held is not null && draft.Service.HeldByBudget is null)
            {
                draft.Say(null, held);
            }

            draft.Service = draft.Service with { HeldByBudget = held };
        }

        return capped;
    }

    private static string Text(Draft draft, Specs.BudgetSpec budget, int capped)
    {
        var (per, until) = budget.Per == BudgetPeriod.Total
            ? ("in all", "")
            : ($"a {budget.Per.ToString().ToLowerInvariant()}", string.Create(CultureInfo.InvariantCulture, $" until {BudgetClock.EndOf(budget.Per, draft.Now):yyyy-MM-dd} (UTC)"));
        return string.Create(CultureInfo.InvariantCulture, $"Its budget of ${budget.Usd:0.##} {per} is spent: there are no more than {capped} replica(s){until}.");
    }
}
