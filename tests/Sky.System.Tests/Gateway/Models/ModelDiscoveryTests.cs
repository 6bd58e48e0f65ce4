using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Routing.Models;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Models;

/// <summary>Models that no file names: what the replicas list.</summary>
public sealed class ModelDiscoveryTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_that_a_replica_lists_is_found_when_it_is_first_asked_for()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => ServeAsync(c, "base", "org/lora"));
        Assert.Equal(0, bed.Backends[0].Requests);
        Assert.Equal("""{"model":"org/lora"}""", await AskAsync(bed, "org/lora"));
        Assert.Equal(2, bed.Backends[0].Requests);
        Assert.Equal("""{"model":"base"}""", await AskAsync(bed, "llm"));
        Assert.Equal("""{"model":"base"}""", await AskAsync(bed, "base"));
        Assert.Equal(4, bed.Backends[0].Requests);
        var listed = JsonDocument.Parse(await Http.GetStringAsync(new Uri(bed.Address, "/v1/models"), Cancel)).RootElement.GetProperty("data");
        Assert.Equal(["base", "llm", "org/lora"], listed.EnumerateArray().Select(m => m.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Replicas_with_a_key_of_their_own_are_asked_with_it()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c =>
        {
            if (c.Request.Headers.Authorization == "Bearer upstream")
            {
                return ServeAsync(c, "base", "org/lora");
            }

            c.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        await bed.PublishAsync(bed.Endpoints() with { UpstreamAuth = new UpstreamAuthSpec("Authorization", new SecretValue("Bearer upstream")) });
        Assert.Equal("""{"model":"org/lora"}""", await AskAsync(bed, "org/lora"));
    }

    [Fact]
    public async Task Many_who_ask_for_what_nobody_serves_cost_one_question()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => ServeAsync(c, "base"));
        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            using var response = await PostAsync(bed, $"none-{i}");
            return response.StatusCode;
        }));
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.NotFound, status));
        Assert.Equal(1, bed.Backends[0].Requests);
    }

    [Fact]
    public async Task A_file_that_names_models_is_the_whole_list_unless_it_says_more()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => ServeAsync(c, "base"));
        await bed.PublishAsync(bed.Endpoints() with { Models = new ModelsSpec { Names = [new("named")] } });
        using (var response = await PostAsync(bed, "base"))
        {
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        await bed.PublishAsync(bed.Endpoints() with { Models = new ModelsSpec { Names = [new("named")], WhatReplicasList = true } });
        Assert.Equal("""{"model":"base"}""", await AskAsync(bed, "base"));
    }

    [Fact]
    public async Task A_service_that_lists_a_name_does_not_take_it_from_one_whose_file_names_it()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(c => ServeAsync(c, "same"));
        var other = await bed.AddBackendAsync(c => c.Response.WriteAsync("named"));
        await bed.PublishAsync(bed.Endpoints() with { Service = new ServiceName("z"), Replicas = [other.Endpoint], Models = new ModelsSpec { Names = [new("same")] } });
        using var list = await Http.GetAsync(new Uri(bed.Address, "/v1/models"), Cancel);
        Assert.Equal("named", await AskAsync(bed, "same"));
    }

    [Theory]
    [InlineData("""{"data":[{"id":"a"},{"id":""},{"id":5},{},"x",{"id":"a"},{"id":"b\u0000"},{"id":"c"}]}""", "a c")]
    [InlineData("""{"data":[]}""", "")]
    [InlineData("""{"data":{}}""", null)]
    [InlineData("[]", null)]
    [InlineData("<html>", null)]
    public void What_a_replica_lists_is_taken_with_care(string json, string? names) =>
        Assert.Equal(names, ModelListReader.Read(Encoding.UTF8.GetBytes(json)) is { } listed ? string.Join(' ', listed) : null);

    private static async Task ServeAsync(HttpContext context, params string[] models)
    {
        if (context.Request.Path == "/v1/models")
        {
            await context.Response.WriteAsync(JsonSerializer.Serialize(new { @object = "list", data = models.Select(id => new { id }) }));
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync(await reader.ReadToEndAsync(context.RequestAborted));
    }

    private static async Task<HttpResponseMessage> PostAsync(GatewayTestBed bed, string model)
    {
        using var content = new StringContent(JsonSerializer.Serialize(new { model }), Encoding.UTF8, "application/json");
        return await Http.PostAsync(new Uri(bed.Address, "/v1/chat/completions"), content, Cancel);
    }

    private static async Task<string> AskAsync(GatewayTestBed bed, string model)
    {
        using var response = await PostAsync(bed, model);
        return await response.Content.ReadAsStringAsync(Cancel);
    }
}
