using Sky.Core.Metering;
using Sky.Testing.Gateway;
using Sky.Testing.Processes;
using Xunit;
using Xunit.Sdk;

namespace Sky.SystemTests.Gateway.Metering;

/// <summary>The ledger under everything that can happen to a request: each has exactly one settlement, and it is what the replica says.</summary>
public sealed class LedgerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Ten_thousand_requests_are_each_settled_once_and_right() => RunAsync(10_000);

    [Fact]
    [Trait("Category", "Heavy")]
    public Task Ten_thousand_aborts_among_others_are_each_settled_once_and_right() => RunAsync(25_000, aborts: 10_000);

    [Fact]
    public Task Killed_with_9_the_gateway_loses_no_request_and_counts_none_twice() => KillAsync(kills: 4, requests: 400);

    [Fact]
    [Trait("Category", "Heavy")]
    public Task Killed_with_9_often_the_gateway_loses_no_request_and_counts_none_twice() => KillAsync(kills: 40, requests: 10_000);

    private static async Task RunAsync(int requests, int aborts = 0)
    {
        var seed = Random.Shared.Next();
        await using var bed = new GatewayTestBed();
        await using var world = new LedgerWorld(seed, requests);
        await bed.Controller.StartAsync();
        await world.StartAsync(bed.Controller);
        var refusals = new Random(seed);
        bed.Controller.LoseSettlements = () => refusals.Next(3) == 0;
        await bed.StartGatewayAsync();
        await GatewayTestBed.UntilAsync(() => bed.Table.Current.All.Length == LedgerWorld.Services.Length, "the services");

        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = 24, CancellationToken = Cancel }, async (number, _) => await world.SendAsync(bed.Address, number));
        await UntilAsync(() => bed.Controller.Settlements.Count >= world.Records.Count(record => record.Arrived) && bed.InFlight == 0, seed);
        bed.Controller.LoseSettlements = null;
        await bed.StopGatewayAsync(drain: true);

        var left = world.Records.Count(record => record.Plan.Fate is LedgerFate.ClientLeaves or LedgerFate.ClientGivesUp or LedgerFate.ClientLeavesAtOnce);
        Assert.True(left >= aborts, $"{left} aborts (seed {seed})");
        Assert.Empty(Directory.GetFiles(Path.Combine(bed.Home, "gateway"), "journal-*"));
        Verify(world, bed.Controller, seed, new LedgerCheck(killed: false));
    }

    private static async Task KillAsync(int kills, int requests)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var sky = new SkyMachine();
        await using var controller = new FakeController();
        await using var world = new LedgerWorld(seed, requests);
        await controller.StartAsync();
        await world.StartAsync(controller);
        sky.Environment["SKY_CONTROLLER_URL"] = controller.Address.AbsoluteUri;
        sky.Environment["SKY_CONTROLLER_TOKEN"] = FakeController.Token;
        for (var (kill, first) = (0, 0); kill <= kills; kill++)
        {
            using var gateway = sky.Start("gateway", "run");
            await SkyMachine.UntilAsync(() => AnswersAsync(sky), $"a gateway (seed {seed})", seconds: 120);
            var last = requests * (kill + 1) / (kills + 1);
            var sending = Parallel.ForAsync(first, last, new ParallelOptions { MaxDegreeOfParallelism = 24, CancellationToken = Cancel }, async (number, _) => await world.SendAsync(new Uri(sky.GatewayUrl), number));
            if (kill < kills)
            {
                var share = random.NextDouble() * 0.9;
                var (from, until) = (first, last);
                await UntilAsync(() => world.Records.Skip(from).Take(until - from).Count(record => record.Arrived) >= share * (until - from) || sending.IsCompleted, seed);
                SkyMachine.Kill9(gateway.Id);
                await gateway.WaitForExitAsync(Cancel);
            }

            await sending;
            first = last;
            if (kill == kills)
            {
                await UntilAsync(() => IsSettled(world, controller), seed);
                gateway.Kill();
                await gateway.WaitForExitAsync(Cancel);
            }
        }

        sky.Environment.Remove("SKY_CONTROLLER_URL");
        sky.Environment.Remove("SKY_CONTROLLER_TOKEN");
        Assert.True(controller.Settlements.Keys.Select(key => key.Gateway).Distinct().Count() > kills, $"seed {seed}");
        Verify(world, controller, seed, new LedgerCheck(killed: true));
    }

    /// <summary>Each one that arrived: those that did not may have settlements too.</summary>
    private static bool IsSettled(LedgerWorld world, FakeController controller)
    {
        var settled = controller.Settlements.Values.Select(settlement => settlement.Model).ToHashSet();
        return Enumerable.Range(0, world.Records.Length).All(number => !world.Records[number].Arrived || settled.Contains(LedgerWorld.ModelOf(number)));
    }

    private static void Verify(LedgerWorld world, FakeController controller, int seed, LedgerCheck check)
    {
        var ledger = world.Ledger();
        var settlements = controller.Settlements.Values.ToLookup(settlement => settlement.Model);
        var kinds = new Dictionary<SettlementKind, int>();
        for (var number = 0; number < world.Records.Length; number++)
        {
            var (model, record) = (LedgerWorld.ModelOf(number), world.Records[number]);
            try
            {
                var found = settlements[model].ToList();
                Assert.True(found.Count == 1 || (found.Count == 0 && !record.Arrived && record.Received.Length == 0), $"{found.Count} settlements");
                if (found is [var settlement])
                {
                    check.Check(record, settlement, ledger.GetValueOrDefault(model));
                    kinds[settlement.Kind] = kinds.GetValueOrDefault(settlement.Kind) + 1;
                }
            }
            catch (XunitException failure)
            {
                throw new XunitException($"request {number} of seed {seed}: {record.Plan} {string.Join(';', settlements[model])}\n{failure.Message}", failure);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {string.Join(", ", kinds)}");
        Assert.All([SettlementKind.Exact, SettlementKind.Estimated, SettlementKind.Kept, SettlementKind.Failed], kind => Assert.True(kinds.GetValueOrDefault(kind) > 0, $"none was {kind} (seed {seed})"));
    }

    private static async Task UntilAsync(Func<bool> condition, int seed)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"not within three minutes (seed {seed})");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    private static async Task<bool> AnswersAsync(SkyMachine sky)
    {
        try
        {
            // Every service is known when the last model is.
            var text = await sky.Client.GetStringAsync(new Uri(new Uri(sky.GatewayUrl), "/v1/models"));
            return LedgerWorld.Services.All(service => text.Contains($"\"{service.Name}\"", StringComparison.Ordinal));
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
