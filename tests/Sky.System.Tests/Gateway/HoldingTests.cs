using System.Net;
using Microsoft.AspNetCore.Http;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

public sealed class HoldingTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_held_request_wakes_the_service_and_goes_on_when_a_replica_is_there()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        var waiting = Http.GetStringAsync(bed.Url(), Cancel);
        var report = await bed.Controller.ReportAsync(r => r.Services.Any(s => s.Held == 1), Cancel);
        Assert.Equal(1, report.Services[0].Arrivals.Sum(a => a.Count));

        await bed.AddBackendAsync(c => c.Response.WriteAsync("awake"));
        await bed.PublishAsync(bed.Endpoints());
        Assert.Equal("awake", await waiting);
    }

    [Fact]
    public async Task Nothing_on_its_way_is_refused_at_once_in_the_words_that_are_known()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { CanWait = false });
        using var response = await Http.GetAsync(bed.Url(), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("No ready replicas. Use \\\"sky serve status [SERVICE_NAME]\\\"", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Held_requests_are_refused_when_hope_ends()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        var waiting = Http.GetAsync(bed.Url(), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.Held == 1);
        await bed.PublishAsync(bed.Endpoints() with { CanWait = false, NoReplicaReason = "Version 3 was given up: its replicas did not become ready." });
        using var response = await waiting;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["false"], response.Headers.GetValues("x-should-retry"));
        Assert.Contains("the replica status. Version 3 was given up: its replicas did not become ready.", (await response.Content.ReadAsStringAsync(Cancel)).Replace("\\\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Held_requests_of_a_service_taken_down_are_not_found()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        var waiting = Http.GetAsync(bed.Url(), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.Held == 1);
        bed.Controller.Remove(bed.Service);
        using var response = await waiting;
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData(1, 1 << 20)]
    [InlineData(100, 10)]
    public async Task No_more_are_held_than_number_and_bytes_allow(int requests, long bytes)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Hold = new HoldSpec { MaxRequests = requests, MaxBytes = bytes }, ExpectedReadySeconds = 17.2 });
        var waiting = Http.PostAsync(bed.Url(), new StringContent("12345678"), Cancel);
        await GatewayTestBed.UntilAsync(() => bed.Held == 1);
        using var refused = await Http.PostAsync(bed.Url(), new StringContent("12345678"), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(18), refused.Headers.RetryAfter!.Delta);
        await bed.PublishAsync(bed.Endpoints() with { CanWait = false });
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_request_is_not_held_longer_than_allowed()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Hold = new HoldSpec { MaxSeconds = 0.1 }, ExpectedReadySeconds = 17.2 });
        using var response = await Http.GetAsync(bed.Url(), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(18), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_thousand_held_at_once_are_all_answered_when_a_replica_comes()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        await bed.PublishAsync(bed.Endpoints() with { Hold = new HoldSpec { MaxRequests = 1000 } });
        var waiting = Enumerable.Range(0, 1000).Select(i => Http.GetStringAsync(bed.Url($"/{i}"), Cancel)).ToList();
        await GatewayTestBed.UntilAsync(() => bed.Held == 1000);
        using var tooMany = await Http.GetAsync(bed.Url(), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, tooMany.StatusCode);

        await bed.AddBackendAsync(c => c.Response.WriteAsync(c.Request.Path));
        await bed.PublishAsync(bed.Endpoints() with { Hold = new HoldSpec { MaxRequests = 1000 } });

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"/{i}"), await Task.WhenAll(waiting));
        await GatewayTestBed.UntilAsync(() => bed is { Held: 0, InFlight: 0 });
    }

    [Fact]
    public async Task Held_requests_go_on_in_the_order_they_came()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        var waiting = new List<Task<string>>();
        for (var i = 0; i < 5; i++)
        {
            waiting.Add(Http.GetStringAsync(bed.Url($"/{i}"), Cancel));
            await GatewayTestBed.UntilAsync(() => bed.Held == i + 1);
        }

        await bed.AddBackendAsync(c => c.Response.WriteAsync(c.Request.Path));
        await bed.AddBackendAsync(c => c.Response.WriteAsync(c.Request.Path));
        await bed.PublishAsync(bed.Endpoints());
        Assert.Equal(["/0", "/1", "/2", "/3", "/4"], await Task.WhenAll(waiting));
        Assert.Equal([3, 2], bed.Backends.Select(b => b.Requests).OrderDescending());
    }
}
