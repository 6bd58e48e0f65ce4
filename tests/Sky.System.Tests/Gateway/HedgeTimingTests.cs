using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>When a second replica is asked: after a time that is set or measured, and never when an answer has begun.</summary>
public sealed class HedgeTimingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_has_begun_is_waited_for()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var bed = new HedgingBed(time);
        await bed.StartAsync(HedgingBed.Always with { AfterSeconds = 10 }, async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await bed.GoOn.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        });
        using var response = await bed.SendAsync("POST", "k1", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("data: 1", await reader.ReadLineAsync(Cancel));
        time.Advance(TimeSpan.FromSeconds(60));
        bed.GoOn.SetResult();
        Assert.Equal("\ndata: 2\n\n", await reader.ReadToEndAsync(Cancel));
        Assert.Equal(1, bed.Asked);
    }

    [Fact]
    public async Task After_p95_is_what_95_of_the_last_answers_took_and_nothing_is_asked_twice_before_twenty_are_known()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var bed = new HedgingBed(time);
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await bed.StartAsync(HedgingBed.Always with { AfterSeconds = null }, async (context, number) =>
        {
            if (number <= 20)
            {
                // The slowest of twenty takes long, the nineteenth three seconds.
                time.Advance(TimeSpan.FromSeconds(number == 20 ? 30 : number == 19 ? 3 : 1));
            }
            else if (number == 21)
            {
                silent.SetResult();
                await bed.GoOn.Task.WaitAsync(context.RequestAborted);
            }

            await context.Response.WriteAsync("fine");
        });
        for (var n = 0; n < 20; n++)
        {
            (await bed.SendAsync("GET", null)).Dispose();
        }

        Assert.Equal(20, bed.Asked);
        var asking = bed.SendAsync("GET", null);
        await silent.Task.WaitAsync(Cancel);
        var waited = TimeSpan.Zero;
        await GatewayTestBed.UntilAsync(() =>
        {
            if (bed.Asked == 22)
            {
                return true;
            }

            waited += TimeSpan.FromSeconds(0.25);
            time.Advance(TimeSpan.FromSeconds(0.25));
            return false;
        });
        Assert.True(waited >= TimeSpan.FromSeconds(3), $"asked after {waited}");
        using var response = await asking;
        Assert.Equal("fine", await response.Content.ReadAsStringAsync(Cancel));
    }
}
