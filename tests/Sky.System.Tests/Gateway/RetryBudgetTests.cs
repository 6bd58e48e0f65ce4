using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Sky.Core.Specs;
using Sky.SystemTests.Gateway.Telemetry;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>Repeated requests do not multiply the load of replicas in trouble: the first move is free, further ones share a budget.</summary>
public sealed class RetryBudgetTests
{
    private readonly ConcurrentDictionary<string, int> _tries = new();
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int Third => _tries.Values.Count(tries => tries == 3);

    [Theory]
    [InlineData(12, 0, 3, 3)]
    [InlineData(20, 30, 6, 10)]
    public async Task No_more_than_a_fifth_of_the_requests_in_flight_and_always_three_are_tried_a_third_time_at_once(int requests, int others, int least, int most)
    {
        Task AnswerAsync(HttpContext context) => TryAsync(context, requests);
        await using var bed = await TelemetryBed.StartAsync(handler: AnswerAsync);
        await bed.Bed.AddBackendAsync(AnswerAsync);
        await bed.Bed.AddBackendAsync(AnswerAsync);
        await bed.Bed.PublishAsync(bed.Bed.Endpoints() with { Outliers = new OutlierSpec { ConsecutiveFailures = 0, SuccessRateDeviations = 0 } });

        var open = Enumerable.Range(0, others).Select(_ => bed.GetAsync("/services/llm/open")).ToArray();
        await GatewayTestBed.UntilAsync(() => bed.Bed.InFlight == others);
        var asking = Enumerable.Range(0, requests).Select(n => bed.GetAsync($"/services/llm/{n}")).ToArray();
        await GatewayTestBed.UntilAsync(() => Third + asking.Count(one => one.IsCompleted) == requests);
        var third = Third;
        Assert.InRange(third, least, most);
        await bed.ScrapeAsync(s => s.Value("sky_gateway_retries_refused_total") == requests - third && s.Value("sky_gateway_retries_in_flight") == third);

        _goOn.SetResult();
        var answers = await Task.WhenAll(asking);
        Assert.Equal(third, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(requests - third, answers.Count(answer => answer.Status == HttpStatusCode.BadGateway));
        await bed.ScrapeAsync(s => s.Value("sky_gateway_retries_in_flight") == 0);
        await Task.WhenAll(open);
    }

    /// <summary>
    /// The first two tries break, the second once all requests are in it, so that as many are in flight when each asks for its third; the third try waits.
    /// </summary>
    private async Task TryAsync(HttpContext context, int requests)
    {
        if (context.Request.Path == "/v1/models")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (context.Request.Path == "/open")
        {
            await _goOn.Task;
            return;
        }

        var tries = _tries.AddOrUpdate(context.Request.Path, 1, (_, before) => before + 1);
        if (tries < 3)
        {
            if (tries == 2)
            {
                if (_tries.Count == requests && _tries.Values.All(count => count >= 2))
                {
                    _all.TrySetResult();
                }

                await _all.Task;
            }

            context.Abort();
            return;
        }

        await _goOn.Task;
        await context.Response.WriteAsync("fine");
    }
}
