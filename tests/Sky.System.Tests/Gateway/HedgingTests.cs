using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>A second replica is asked when the first takes long to begin its answer, within a budget.</summary>
public sealed class HedgingTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", null, false)]
    [InlineData("POST", "k1", false)]
    [InlineData("POST", null, true)]
    public async Task The_faster_answer_is_given_the_slower_replica_is_told_and_one_settlement_names_the_faster_one(string method, string? key, bool inference)
    {
        await using var bed = new HedgingBed();
        await bed.StartAsync(HedgingBed.Always with { Inference = inference }, bed.FirstIsSilent);
        using var response = await bed.SendAsync(method, key);
        Assert.Equal(HedgingBed.Answer, await response.Content.ReadAsStringAsync(Cancel));
        await bed.Told.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal(2, bed.Asked);
        await GatewayTestBed.UntilAsync(() => bed.Gateway.InFlight == 0);
        if (method == "POST")
        {
            await GatewayTestBed.UntilAsync(() => !bed.Gateway.Controller.Settlements.IsEmpty);
            var settlement = Assert.Single(bed.Gateway.Controller.Settlements.Values);
            Assert.Equal((3 - bed.Slow, 4), (settlement.Replica, settlement.Usage.Completion));
        }
    }

    [Theory]
    [InlineData(null, false, 100)]
    [InlineData("k1", false, 5)]
    public async Task What_may_not_run_twice_and_what_the_budget_does_not_allow_is_asked_once(string? key, bool inference, double percent)
    {
        await using var bed = new HedgingBed();
        await bed.StartAsync(HedgingBed.Always with { Inference = inference, BudgetPercent = percent }, bed.FirstIsSilent);
        var asking = bed.SendAsync("POST", key);
        await GatewayTestBed.UntilAsync(() => bed.Asked == 1);
        var others = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => bed.SendAsync("POST", key)));
        Assert.Equal(6, bed.Asked);
        bed.GoOn.SetResult();
        (await asking).Dispose();
        Array.ForEach(others, other => other.Dispose());
        Assert.Equal(6, bed.Asked);
    }

    [Fact]
    public async Task Headers_alone_are_no_answer()
    {
        await using var bed = new HedgingBed();
        await bed.StartAsync(HedgingBed.Always, async (context, number) =>
        {
            if (number == 1)
            {
                await context.Response.Body.FlushAsync();
            }

            await bed.FirstIsSilent(context, number);
        });
        using var response = await bed.SendAsync("POST", "k1");
        Assert.Equal(HedgingBed.Answer, await response.Content.ReadAsStringAsync(Cancel));
        await bed.Told.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 200)]
    public async Task A_failure_of_one_waits_for_the_other(int failing, int status)
    {
        await using var bed = new HedgingBed();
        await bed.StartAsync(HedgingBed.Always, async (context, number) =>
        {
            if (number == 1)
            {
                await GatewayTestBed.UntilAsync(() => bed.Asked == 2);
            }

            if (number == failing)
            {
                context.Response.StatusCode = 500;
                return;
            }

            await Task.Delay(100);
            await context.Response.WriteAsync("fine");
        });
        using var response = await bed.SendAsync("GET", null);
        Assert.Equal((status, "fine"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel)));
    }

    [Fact]
    public async Task A_client_that_leaves_is_noticed_by_both()
    {
        await using var bed = new HedgingBed();
        var left = 0;
        await bed.StartAsync(HedgingBed.Always, async (context, _) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            finally
            {
                Interlocked.Increment(ref left);
            }
        });
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var asking = Http.GetAsync(bed.Gateway.Url(), leave.Token);
        await GatewayTestBed.UntilAsync(() => bed.Asked == 2);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await GatewayTestBed.UntilAsync(() => left == 2 && bed.Gateway.InFlight == 0);
    }
}
