using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>What gateways tell of the work they did, for the autoscaler.</summary>
public sealed class WorkReportTests
{
    private const string Stream = "data: {\"choices\":[{\"delta\":{\"content\":\"Good\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\" day\"}}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n";

    [Fact]
    public async Task Tokens_and_the_beginnings_of_streams_are_counted_while_they_pass_and_once()
    {
        var (first, rest) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            var half = Stream.IndexOf("data: {\"choices\":[]", StringComparison.Ordinal);
            await context.Response.WriteAsync(Stream[..half]);
            await context.Response.Body.FlushAsync();
            await rest.Task;
            await context.Response.WriteAsync(Stream[half..]);
        });

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bed.Address, "/v1/chat/completions")) { Content = new StringContent("""{"model":"llm","stream":true,"messages":[]}""", Encoding.UTF8, "application/json") };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

        // Before its end, so that a long one does not come all at once.
        var during = (await bed.Controller.ReportAsync(report => report.Services.Any(service => service.Work is { FirstTokens: 1, Tokens: > 0 }), Cancel)).Services[0].Work!;
        Assert.Equal((1, 1), (during.Begun, during.FirstTokens));
        Assert.True(during.FirstTokenMicroseconds > 0);

        rest.SetResult();
        await response.Content.ReadAsStringAsync(Cancel);
        var after = (await bed.Controller.ReportAsync(report => report.Services.Any(service => service.Work is { Tokens: 7 }), Cancel)).Services[0].Work!;
        Assert.Equal((1, 1), (after.Begun, after.FirstTokens));
    }

    [Fact]
    public async Task Requests_that_wait_are_counted_while_they_do_and_what_did_not_wait_counts_as_nothing()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        using var http = new HttpClient();
        var held = http.GetAsync(bed.Url(), Cancel);
        await bed.Controller.ReportAsync(report => report.Services.Any(service => service is { Held: 1, HeldSeconds: > 0, Work.Begun: 0 }), Cancel);

        await bed.AddBackendAsync(context => context.Response.WriteAsync("ok"));
        await bed.PublishAsync(bed.Endpoints());
        (await held).EnsureSuccessStatusCode();
        var waited = (await bed.Controller.ReportAsync(report => report.Services.Any(service => service is { Held: 0, HeldSeconds: 0, Work.Begun: 1 }), Cancel)).Services[0].Work!.WaitMicroseconds;
        Assert.True(waited > 0);

        (await http.GetAsync(bed.Url(), Cancel)).EnsureSuccessStatusCode();
        var later = await bed.Controller.ReportAsync(report => report.Services.Any(service => service is { Work.Begun: 2 }), Cancel);
        Assert.Equal(waited, later.Services[0].Work!.WaitMicroseconds);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
