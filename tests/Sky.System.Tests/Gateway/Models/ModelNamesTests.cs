using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Models;

/// <summary>Names and aliases, what the replica is asked for, who wins a name, and where requests go when there is no capacity.</summary>
public sealed class ModelNamesTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gpt-4o", "Qwen/Qwen3-8B")]
    [InlineData("small", "small")]
    [InlineData("llm", "Qwen/Qwen3-8B")]
    public async Task The_replica_is_asked_for_the_name_that_it_knows(string asked, string atReplica)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(EchoAsync);
        await bed.PublishAsync(bed.Endpoints() with { Models = Names("gpt-4o=Qwen/Qwen3-8B", "small") });
        foreach (var target in new[] { "/v1/chat/completions", "/services/llm/v1/chat/completions" })
        {
            var body = $$"""{"messages":[{"role":"user","content":"model"}], "model" : "{{asked}}" , "n":1}""";
            Assert.Equal(
                $"/v1/chat/completions {{\"messages\":[{{\"role\":\"user\",\"content\":\"model\"}}], \"model\" : \"{atReplica}\" , \"n\":1}}",
                await AskAsync(bed, target, body));
        }
    }

    [Fact]
    public async Task A_name_that_only_the_replica_knows_passes_on_the_services_own_path_and_is_not_found_on_the_common_one()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(EchoAsync);
        await bed.PublishAsync(bed.Endpoints() with { Models = Names("small") });
        Assert.Contains("\"lora\"", await AskAsync(bed, "/services/llm/v1/completions", """{"model":"lora"}"""), StringComparison.Ordinal);
        using var response = await PostAsync(bed, "/v1/completions", """{"model":"lora"}""");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Of_two_services_with_one_name_the_rule_decides_and_the_log_says_so()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(EchoAsync);
        var other = await bed.AddBackendAsync(EchoAsync);
        await bed.PublishAsync(Service(bed, "b", other) with { Models = Names("same", "llm") });
        await bed.PublishAsync(Service(bed, "a", other) with { Models = Names("same") });
        var models = JsonDocument.Parse(await Http.GetStringAsync(new Uri(bed.Address, "/v1/models"), Cancel)).RootElement.GetProperty("data").EnumerateArray()
            .ToDictionary(m => m.GetProperty("id").GetString()!, m => m.GetProperty("owned_by").GetString());
        Assert.Equal(new Dictionary<string, string?> { ["a"] = "a", ["b"] = "b", ["llm"] = "llm", ["same"] = "a" }, models);
        await GatewayTestBed.UntilAsync(() => bed.Log.Lines.Count(l => l.Contains("claims it too", StringComparison.Ordinal)) == 2);
        var report = await bed.Controller.ReportAsync(r => r.Services.Any(s => s.TakenModels.Count > 0), Cancel);
        Assert.Equal([], report.Services.Where(s => s.Service.Value == "a").SelectMany(s => s.TakenModels));
        Assert.Contains(report.Services.SelectMany(s => s.TakenModels), taken => taken == new TakenModel("same", new ServiceName("a")));
    }

    [Fact]
    public async Task A_service_without_capacity_hands_its_calls_on_and_its_own_requests_not()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        var backend = await bed.AddBackendAsync(EchoAsync);
        await bed.PublishAsync(Service(bed, "backup", backend) with { Models = Names("own=Backup/Model") });
        await bed.PublishAsync(Empty(bed, "llm") with { Fallback = [new("*", ["missing", "second"])] });
        await bed.PublishAsync(Empty(bed, "second") with { Fallback = [new("*", ["llm", "second", "backup"])] });
        Assert.Equal(
            """/v1/completions {"model":"Backup/Model","prompt":"x"}""",
            await AskAsync(bed, "/v1/completions", """{"model":"llm","prompt":"x"}"""));
        using var plain = await Http.GetAsync(bed.Url("/x"), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, plain.StatusCode);
        var arrivals = bed.Table.Current.All.ToDictionary(s => s.Name.Value, s => s.Arrivals.Since(0).Sum(a => a.Count));
        Assert.Equal(new Dictionary<string, int> { ["llm"] = 2, ["second"] = 1, ["backup"] = 1 }, arrivals);
    }

    [Fact]
    public async Task A_chain_that_goes_round_ends_and_tells_of_the_service_that_was_asked_for()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        await bed.PublishAsync(Empty(bed, "llm") with { Fallback = [new("*", ["second"])] });
        await bed.PublishAsync(Empty(bed, "second") with { Fallback = [new("*", ["llm"])] });
        using var response = await PostAsync(bed, "/v1/completions", """{"model":"llm"}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("no_ready_replicas", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fallback_of_a_model_goes_before_that_of_all_and_a_star_finds_the_others_with_the_model()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync();
        var (one, two) = (await bed.AddBackendAsync(EchoAsync), await bed.AddBackendAsync(EchoAsync));
        await bed.PublishAsync(Service(bed, "one", one) with { Models = Names("one-model") });
        await bed.PublishAsync(Service(bed, "two", two) with { Models = Names("shared=at-two") });
        await bed.PublishAsync(Empty(bed, "llm") with { Models = Names("shared", "special"), Fallback = [new("special", ["one"]), new("*", ["*"])] });
        Assert.Contains("\"one-model\"", await AskAsync(bed, "/v1/completions", """{"model":"special"}"""), StringComparison.Ordinal);
        Assert.Contains("\"at-two\"", await AskAsync(bed, "/v1/completions", """{"model":"shared"}"""), StringComparison.Ordinal);
        Assert.Equal((1, 1), (one.Requests, two.Requests));
    }

    [Fact]
    public async Task Paths_beside_the_inference_api_are_shut_where_models_are_named()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(EchoAsync);
        await bed.PublishAsync(bed.Endpoints() with { Models = Names("small"), Expose = ["/metrics"] });
        Assert.Equal("/metrics?x=1 ", await Http.GetStringAsync(bed.Url("/metrics?x=1"), Cancel));
        foreach (var path in new[] { "/admin", "/v1/load_lora_adapter", "/metrics/..%2fadmin", "/%6detrics" })
        {
            using var response = await Http.GetAsync(bed.Url(path), Cancel);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Contains("not_exposed", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        using var adapter = await PostAsync(bed, "/v1/load_lora_adapter", """{"model":"small"}""");
        Assert.Equal(HttpStatusCode.NotFound, adapter.StatusCode);
        Assert.Equal(1, bed.Backends[0].Requests);
    }

    [Theory]
    [InlineData("/v1/models/org%2Fname", "/v1/models/org%2Fname ")]
    [InlineData("/v1/models/org/name", "/v1/models/org/name ")]
    public async Task One_model_is_told_by_the_replica_that_knows_it_byte_for_byte(string sent, string arrives)
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(EchoAsync);
        await bed.PublishAsync(bed.Endpoints() with { Models = Names("org/name", "alias=org/name") });
        Assert.Equal(arrives, await Http.GetStringAsync(new Uri($"{bed.Address.GetLeftPart(UriPartial.Authority)}{sent}", AsSent), Cancel));
        Assert.Contains("\"id\":\"alias\"", await Http.GetStringAsync(new Uri(bed.Address, "/v1/models/alias"), Cancel), StringComparison.Ordinal);
    }

    private static UriCreationOptions AsSent => new() { DangerousDisablePathAndQueryCanonicalization = true };

    private static ModelsSpec Names(params string[] names) => new()
    {
        Names = [.. names.Select(name => name.Split('=')).Select(parts => new ModelNameSpec(parts[0], parts.Length > 1 ? parts[1] : null))],
    };

    private static ServiceEndpoints Service(GatewayTestBed bed, string name, TestBackend backend) =>
        bed.Endpoints() with { Service = new ServiceName(name), Replicas = [backend.Endpoint] };

    private static ServiceEndpoints Empty(GatewayTestBed bed, string name) =>
        bed.Endpoints() with { Service = new ServiceName(name), Replicas = [], CanWait = false };

    private static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync($"{context.Features.Get<IHttpRequestFeature>()!.RawTarget} {await reader.ReadToEndAsync(context.RequestAborted)}");
    }

    private static async Task<HttpResponseMessage> PostAsync(GatewayTestBed bed, string target, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await Http.PostAsync(new Uri(bed.Address, target), content, Cancel);
    }

    private static async Task<string> AskAsync(GatewayTestBed bed, string target, string body)
    {
        using var response = await PostAsync(bed, target, body);
        return await response.Content.ReadAsStringAsync(Cancel);
    }
}
