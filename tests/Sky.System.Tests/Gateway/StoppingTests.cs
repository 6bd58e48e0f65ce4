using System.Net;
using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

public sealed class StoppingTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_in_flight_is_finished_and_nothing_new_is_taken()
    {
        var goOn = new TaskCompletionSource();
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(context => StreamAsync(context, goOn.Task));
        using var response = await Http.GetAsync(bed.Url(), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("first", await reader.ReadLineAsync(Cancel));

        var stopping = bed.StopGatewayAsync(drain: true);
        await UntilRefusedAsync(bed.Address);
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();

        Assert.Equal("last", await reader.ReadLineAsync(Cancel));
        Assert.Null(await reader.ReadLineAsync(Cancel));
        await stopping;
        Assert.Contains(bed.Log.Lines, line => line.Contains("1 in flight may finish for 30 s", StringComparison.Ordinal));
        Assert.DoesNotContain(bed.Log.Lines, line => line.Contains("Stopped: cut", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_finished_in_its_time_is_cut_and_counted()
    {
        await using var bed = new GatewayTestBed { Options = options => options with { Drain = TimeSpan.FromSeconds(1) } };
        await bed.StartAsync(context => StreamAsync(context, Task.Delay(Timeout.Infinite, context.RequestAborted)));
        using var response = await Http.GetAsync(bed.Url(), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("first", await reader.ReadLineAsync(Cancel));

        await bed.StopGatewayAsync(drain: true);

        await Assert.ThrowsAnyAsync<Exception>(async () => await reader.ReadLineAsync(Cancel));
        Assert.Contains(bed.Log.Lines, line => line.Contains("cut 1 in flight that did not finish in time", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stream_goes_on_through_every_change_of_its_service_and_of_its_replicas()
    {
        var goOn = new TaskCompletionSource();
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(context => StreamAsync(context, goOn.Task));
        using var response = await Http.GetAsync(bed.Url(), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("first", await reader.ReadLineAsync(Cancel));

        await bed.PublishAsync(bed.Endpoints() with { LoadBalancingPolicy = "auto", StreamTimeoutSeconds = 60, Expose = [], Limits = new() { Concurrency = 1 } });
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [bed.Backends[0].Endpoint with { Draining = true }] });
        await bed.PublishAsync(bed.Endpoints() with { Replicas = [], CanWait = false });
        Assert.Equal(1, bed.InFlight);
        goOn.SetResult();

        Assert.Equal("last", await reader.ReadLineAsync(Cancel));
        Assert.Null(await reader.ReadLineAsync(Cancel));
        await GatewayTestBed.UntilAsync(() => bed.InFlight == 0);
    }

    private static async Task StreamAsync(HttpContext context, Task goOn)
    {
        await context.Response.WriteAsync("first\n");
        await context.Response.Body.FlushAsync();
        await goOn;
        await context.Response.WriteAsync("last\n");
    }

    private static async Task UntilRefusedAsync(Uri address)
    {
        using var fresh = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
        var refused = false;
        while (!refused)
        {
            try
            {
                using var answer = await fresh.GetAsync(address, Cancel);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
            catch (HttpRequestException)
            {
                refused = true;
            }
        }
    }
}
