using System.Text;
using LlmSim.Reporting;
using Sky.Core.Metering;
using Sky.Core.Specs;
using Xunit;

namespace Sky.SystemTests.Gateway.Metering;

/// <summary>Holds a settlement against what the simulated LLM says that it did, and what both ends saw.</summary>
/// <param name="killed">The gateway was killed now and then.</param>
internal sealed class LedgerCheck(bool killed)
{
    private static readonly PriceSpec Prices = new() { Input = 1, CachedInput = 0.5m, Output = 3 };

    public void Check(LedgerRecord record, Settlement settlement, RequestRecord? sim)
    {
        Assert.Equal(TokenCost.Of(settlement.Usage, Prices), settlement.Cost);
        if (settlement.Kind is SettlementKind.Unsent or SettlementKind.Failed)
        {
            Assert.Equal(default, settlement.Usage);
            Assert.False(record.Whole && record.Status == 200);
            Assert.True(settlement.Kind is not SettlementKind.Unsent || settlement.Replica == 0);
        }

        if (record.Plan.Fate is LedgerFate.ReplicaRefuses or LedgerFate.ReplicaDiesAtOnce && !killed)
        {
            Assert.Equal(SettlementKind.Failed, settlement.Kind);
        }
        else if (settlement.Kind is SettlementKind.Kept)
        {
            // Nobody knows more of a request that is not streamed, or whose gateway was killed before it had read anything.
            Assert.True((!record.Plan.Stream || killed) && !record.Whole && settlement.Events == 0);
            Assert.Equal(record.Plan.MaxTokens, settlement.Usage.Completion);
        }
        else if (record.Plan.Stream && record.Body is not null)
        {
            CheckStream(record, settlement, sim!);
        }
        else if (settlement.Kind is SettlementKind.Exact)
        {
            Assert.Equal(new TokenUsage(sim!.PromptTokens, sim.CachedTokens, sim.CompletionTokens), settlement.Usage);
        }
        else if (settlement.Kind is SettlementKind.Estimated && !record.Plan.Stream)
        {
            Assert.True(sim!.NoUsage);
        }
    }

    private static void CheckStream(LedgerRecord record, Settlement settlement, RequestRecord sim)
    {
        var total = LedgerRecord.Events(record.Body);
        var asked = record.Plan.AsksForUsage;
        var reached = LedgerRecord.Events(record.Body.AsSpan(0, (int)record.Delivered));
        Assert.InRange(settlement.Events, LedgerRecord.Events(Encoding.UTF8.GetBytes(record.Received)), reached);
        if (record.Whole)
        {
            Assert.Equal(total, settlement.Events);
        }

        if (settlement.Events == 0)
        {
            Assert.Equal(0, settlement.Usage.Completion);
            Assert.NotEqual(SettlementKind.Exact, settlement.Kind);
            return;
        }

        // What the simulated LLM says of just the events that the gateway read.
        Assert.Equal(sim.TokensByEvent[(int)settlement.Events - 1], settlement.Usage.Completion);
        var (_, ask) = LedgerWorld.Services.Single(service => service.Name == record.Plan.Service);
        var exact = !sim.NoUsage && (asked || ask is UsageAsk.Final ? settlement.Events >= total - 1 : ask is UsageAsk.Continuous);
        Assert.Equal(exact ? SettlementKind.Exact : SettlementKind.Estimated, settlement.Kind);
        if (exact)
        {
            Assert.Equal((sim.PromptTokens, sim.CachedTokens), (settlement.Usage.Prompt, settlement.Usage.Cached));
        }

        CheckReceived(record, asked);
    }

    /// <summary>The client gets what a replica gives that is not asked for usage.</summary>
    private static void CheckReceived(LedgerRecord record, bool asked)
    {
        var text = Encoding.UTF8.GetString(record.Body!);
        var expected = asked ? text : string.Concat(text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(one => !one.Contains("\"choices\":[]", StringComparison.Ordinal))
            .Select(one => (one.IndexOf(",\"usage\":", StringComparison.Ordinal) is > 0 and var at ? one[..at] + "}" : one) + "\n\n"));
        Assert.StartsWith(record.Received, expected, StringComparison.Ordinal);
        Assert.True(!record.Whole || record.Received == expected);
    }
}
