using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sky.Cli.Serve;
using Sky.Core.Specs;
using Sky.Gateway.LoadBalancing.Decisions;

namespace Sky.Cli.Gateway;

/// <summary>What <c>sky gateway explain -o json</c> prints: decisions as the gateway tells them, each with its total and, with other weights, the replica of those.</summary>
internal static class ExplainJson
{
    public static string Of(IReadOnlyList<Decision> decisions, WeightChange? change)
    {
        var array = JsonSerializer.SerializeToNode(decisions, DecisionJson.Default.IReadOnlyListDecision)!.AsArray();
        for (var i = 0; i < decisions.Count; i++)
        {
            AddTotals(decisions[i], array[i]!["candidates"]!.AsArray());
            if (change is not null)
            {
                array[i]!["replayed"] = decisions[i].Replay(change.Apply(decisions[i].Weights ?? new AutoWeights()));
            }
        }

        return JsonText.Indented(Encoding.UTF8.GetBytes(array.ToJsonString()));
    }

    private static void AddTotals(Decision decision, JsonArray candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (decision is { Weights: { } weights } && decision.Candidates[i].Terms is { } terms)
            {
                candidates[i]!["total"] = terms.Total(weights);
            }
        }
    }
}
