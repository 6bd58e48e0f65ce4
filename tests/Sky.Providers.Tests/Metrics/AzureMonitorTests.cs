using System.Net;
using System.Text;
using System.Web;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.Extensions.Time.Testing;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Specs;
using Sky.Providers.Metrics;

namespace Sky.Providers.Tests.Metrics;

/// <summary>Azure Monitor as its reference describes it (REST, Metrics - List, 2023-10-01), through Azure's own pipeline.</summary>
public sealed class AzureMonitorTests
{
    private const string Vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";

    private static readonly MetricSpec _metric = new()
    {
        Source = MetricSource.AzureMonitor,
        Target = 60,
        AzureMonitor = new(Vm, "Percentage CPU") { Aggregation = "Maximum", Namespace = "Microsoft.Compute/virtualMachines", Filter = "LUN eq '0'", PeriodSeconds = 300 },
    };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 10, 20, 30, TimeSpan.Zero));
    private HttpRequestMessage? _asked;

    [Fact]
    public async Task The_newest_moment_that_has_a_value_counts()
    {
        var value = await ReadAsync(HttpStatusCode.OK, Answer("""
            {"timeStamp":"2026-11-26T10:05:00Z","maximum":10.0},{"timeStamp":"2026-11-26T10:10:00Z","maximum":71.5},{"timeStamp":"2026-11-26T10:15:00Z"}
            """));

        Assert.Equal(71.5, value);
        var query = HttpUtility.ParseQueryString(_asked!.RequestUri!.Query);
        Assert.Equal($"{Vm}/providers/Microsoft.Insights/metrics", _asked.RequestUri.AbsolutePath);
        Assert.Equal(
            ("2023-10-01", "Percentage CPU", "Maximum", "PT5M", "2026-11-26T10:05:30Z/2026-11-26T10:20:30Z", "Microsoft.Compute/virtualMachines", "LUN eq '0'"),
            (query["api-version"], query["metricnames"], query["aggregation"], query["interval"], query["timespan"], query["metricnamespace"], query["$filter"]));
        Assert.Equal("Bearer token", _asked.Headers.Authorization!.ToString());
    }

    [Theory]
    [InlineData(200, """{"value":[{"timeseries":[]}]}""", "Azure Monitor has no value of it now")]
    [InlineData(200, """{"value":[{"timeseries":[{"data":[{"timeStamp":"x"}]}]}]}""", "Azure Monitor has no value of it now")]
    [InlineData(200, """{"value":[{"timeseries":[{"data":[]},{"data":[]}]}]}""", "the filter gives several series: write one that gives one")]
    [InlineData(200, "not json", "Azure Monitor's answer cannot be read")]
    [InlineData(403, """{"error":{"code":"AuthorizationFailed","message":"who knows"}}""", "management.azure.com refuses it: AuthorizationFailed (this identity may not read it: give it the role Monitoring Reader)")]
    [InlineData(404, """{"error":{"code":"ResourceNotFound"}}""", "management.azure.com refuses it: ResourceNotFound")]
    [InlineData(400, """{"code":"BadRequest","message":"Failed to find metric configuration"}""", "management.azure.com refuses it: BadRequest")]
    [InlineData(404, "", "management.azure.com refuses it: there is no such resource")]
    public async Task What_is_no_value_is_a_sentence(int status, string answer, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<MetricException>(() => ReadAsync((HttpStatusCode)status, answer))).Message);

    [Fact]
    public async Task Who_has_no_identity_is_told_what_to_do() =>
        Assert.Contains("az login", (await Assert.ThrowsAsync<MetricException>(() => ReadAsync(HttpStatusCode.OK, "", new Nobody()))).Message, StringComparison.Ordinal);

    private static string Answer(string data) => $$"""
        {"cost":1,"timespan":"x","interval":"PT5M","namespace":"n","resourceregion":"westeurope","value":[{"id":"i","type":"Microsoft.Insights/metrics",
        "name":{"value":"Percentage CPU","localizedValue":"Percentage CPU"},"unit":"Percent","timeseries":[{"metadatavalues":[],"data":[{{data}}]}],"errorCode":"Success"}]}
        """;

    private async Task<double> ReadAsync(HttpStatusCode status, string answer, TokenCredential? who = null)
    {
        using var http = new HttpClient(new Handler(request =>
        {
            _asked = request;
            return new HttpResponseMessage(status) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
        }));
        var options = new AzureMonitorMetrics.MonitorOptions { Transport = new HttpClientTransport(http) };
        options.Retry.MaxRetries = 0;
        return await new AzureMonitorMetrics(new Uri("https://management.azure.com/"), () => who ?? new Somebody(), options, _time).ReadAsync(_metric, _ => null, TestContext.Current.CancellationToken);
    }

    private sealed class Handler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }

    private sealed class Somebody : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }

    private sealed class Nobody : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("none");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("none");
    }
}
