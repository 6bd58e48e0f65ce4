using System.Text;
using Microsoft.AspNetCore.Http;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Specs;
using Sky.Providers.Metrics;
using Sky.Testing.Gateway;

namespace Sky.Providers.Tests.Metrics;

public sealed class PrometheusTests : IDisposable
{

    private readonly PrometheusMetrics _reader = new();

    public void Dispose() => _reader.Dispose();

    [Fact]
    public async Task A_real_server_gives_one_number_or_a_sentence()
    {
        Assert.SkipWhen(PrometheusServer.SkipReason is not null, PrometheusServer.SkipReason ?? "");
        await using var server = await PrometheusServer.StartAsync();

        Assert.Equal(42, await ReadAsync(server.Url, "vector(42)"));
        Assert.Equal(4.5, await ReadAsync(server.Url + "/", "9 / 2"));
        Assert.Equal("the query has no value now", await TroubleAsync(server.Url, "sum(absent_metric)"));
        Assert.Equal("the query gives several values: write one that gives one, such as sum(...)", await TroubleAsync(server.Url, "label_replace(vector(1), \"a\", \"b\", \"\", \"\") or vector(2)"));
        Assert.Equal("the query gives no number now", await TroubleAsync(server.Url, "vector(0) / 0"));
        Assert.Equal("the query gives no single number", await TroubleAsync(server.Url, "vector(1)[5m:1m]"));
        Assert.Contains("refuses the query: invalid parameter \"query\"", await TroubleAsync(server.Url, "sum("), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_is_told_to_the_server_and_to_no_other_one()
    {
        await using var other = await TestBackend.StartAsync(2, context => context.Response.WriteAsync("""{"status":"success","data":{"resultType":"scalar","result":[0,"1"]}}"""));
        var seen = new List<string>();
        await using var server = await TestBackend.StartAsync(1, context =>
        {
            seen.Add(context.Request.Headers.Authorization.ToString());
            context.Response.Redirect($"http://127.0.0.1:{other.Port}/");
            return Task.CompletedTask;
        });
        var url = $"http://127.0.0.1:{server.Port}";

        await TroubleAsync(url, "q", query => query with { BearerSecret = "TOKEN" });
        await TroubleAsync(url, "q", query => query with { Username = "me", PasswordSecret = "TOKEN" });
        Assert.Equal(["Bearer secret-word", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:secret-word"))], seen);
        Assert.Equal(0, other.Requests);
        Assert.Equal("secret ABSENT has no value", await TroubleAsync(url, "q", query => query with { BearerSecret = "ABSENT" }));
    }

    [Theory]
    [InlineData(200, "<html>", "does not speak Prometheus' HTTP interface")]
    [InlineData(200, "{}", "does not speak Prometheus' HTTP interface")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"value":[0]}]}}""", "does not speak Prometheus' HTTP interface")]
    [InlineData(401, "no", "answers with HTTP 401")]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"too much"}""", "refuses the query: too much")]
    public async Task Whatever_else_answers_is_a_sentence(int status, string answer, string message)
    {
        await using var server = await TestBackend.StartAsync(1, context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(answer);
        });

        Assert.Contains(message, await TroubleAsync($"http://127.0.0.1:{server.Port}", "q"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        await using var server = await TestBackend.StartAsync(1, async context =>
        {
            var block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });

        Assert.Contains("more than can be read", await TroubleAsync($"http://127.0.0.1:{server.Port}", "q"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_a_sentence() =>
        Assert.Equal("127.0.0.1:1 cannot be reached", await TroubleAsync("http://127.0.0.1:1", "q"));

    private Task<double> ReadAsync(string url, string query, Func<PrometheusQuery, PrometheusQuery>? change = null) => _reader.ReadAsync(
        new MetricSpec { Source = MetricSource.Prometheus, Target = 1, Prometheus = (change ?? (same => same))(new(url, query)) },
        name => name == "TOKEN" ? new SecretValue("secret-word") : null,
        TestContext.Current.CancellationToken);

    private async Task<string> TroubleAsync(string url, string query, Func<PrometheusQuery, PrometheusQuery>? change = null) =>
        (await Assert.ThrowsAsync<MetricException>(() => ReadAsync(url, query, change))).Message;
}
