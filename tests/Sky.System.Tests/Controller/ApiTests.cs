using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Sky.Controller.Api;
using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Engines;
using Sky.Testing.Simulation;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class ApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Basic abc")]
    public async Task NothingIsToldWithoutTheToken(string? header)
    {
        await using var sky = await ControllerFixture.StartAsync();
        sky.Http.DefaultRequestHeaders.Authorization = header is null ? null : AuthenticationHeaderValue.Parse(header);
        foreach (var path in new[] { "/api/v1/services", "/api/v1/status", "/openapi/v1.json", "/api/v1/nothing" })
        {
            using var response = await sky.Http.GetAsync(path, Token);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("unauthorized", (await ControllerFixture.ErrorAsync(response)).Code);
        }

        Assert.Equal("ok\n", await sky.Http.GetStringAsync("/-/health", Token));
    }

    [Fact]
    public async Task RequestUnderAnotherHostNameIsRefused()
    {
        await using var sky = await ControllerFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/services");
        request.Headers.Host = "evil.example";
        using var response = await sky.Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task TokenIsForItsOwnerOnlyAndStays()
    {
        await using var sky = await ControllerFixture.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(sky.Home.Token));
        Assert.Equal(64, (await File.ReadAllTextAsync(sky.Home.Token, Token)).Trim().Length);
    }

    [Fact]
    public async Task ApiDescribesItself()
    {
        await using var sky = await ControllerFixture.StartAsync();
        using var document = JsonDocument.Parse(await sky.Http.GetStringAsync("/openapi/v1.json", Token));
        var paths = document.RootElement.GetProperty("paths");
        Assert.True(paths.GetProperty("/api/v1/services/{name}").TryGetProperty("put", out var put));
        Assert.NotEmpty(put.GetProperty("summary").GetString()!);
    }

    [Theory]
    [InlineData("9lives")]
    [InlineData("a b")]
    [InlineData("a-")]
    public async Task BadNameIsRefused(string name)
    {
        await using var sky = await ControllerFixture.StartAsync();
        using var response = await sky.PutAsync(Uri.EscapeDataString(name));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task BodyThatIsNoServiceIsRefused()
    {
        await using var sky = await ControllerFixture.StartAsync();
        using var response = await sky.Http.PutAsync("/api/v1/services/a", new StringContent("{\"spec\":3}", null, "application/json"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid", (await ControllerFixture.ErrorAsync(response)).Code);
    }

    [Fact]
    public async Task UnknownServiceIsNotFound()
    {
        await using var sky = await ControllerFixture.StartAsync();
        foreach (var path in new[] { "services/no", "services/no/history", "services/no/replicas/1/logs", "logs/other" })
        {
            using var response = await sky.Http.GetAsync($"/api/v1/{path}", Token);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using var update = await sky.PutAsync("no", mustExist: true);
        Assert.Equal(HttpStatusCode.NotFound, update.StatusCode);
        using var down = await sky.Http.DeleteAsync("/api/v1/services/no", Token);
        Assert.Equal(HttpStatusCode.NotFound, down.StatusCode);
    }

    [Fact]
    public async Task LogThatCannotBeReadIsAnErrorWithItsReason()
    {
        await using var sky = await ControllerFixture.StartAsync();
        await ControllerFixture.AnswerAsync(await sky.PutAsync("a"));
        await sky.UntilAsync("a", view => view?.Replicas.Any(row => row.Id == 1) == true);
        sky.Engine.FailNext(FakeEngineCallKind.Logs, EngineFailure.Unavailable);

        using var response = await sky.Http.GetAsync("/api/v1/services/a/replicas/1/logs?follow=true", Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("Logs fail", (await ControllerFixture.ErrorAsync(response)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameSpecAgainChangesNothingAndAnotherIsANewVersion()
    {
        await using var sky = await ControllerFixture.StartAsync();
        Assert.True((await ControllerFixture.AnswerAsync(await sky.PutAsync("a"))).Created);
        Assert.True((await ControllerFixture.AnswerAsync(await sky.PutAsync("a"))).Unchanged);
        Assert.Equal(2, (await ControllerFixture.AnswerAsync(await sky.PutAsync("a", TestSpecs.Spec(run: "other")))).Version);
        using var again = await sky.PutAsync("a", mustBeNew: true);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal("exists", (await ControllerFixture.ErrorAsync(again)).Code);
    }

    [Fact]
    public async Task TwoReplicasOnOneFixedPortAreRefused()
    {
        await using var sky = await ControllerFixture.StartAsync();
        using var two = await sky.PutAsync("a", TestSpecs.Spec(2, takesPort: false));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, two.StatusCode);
        Assert.Contains("$SKY_PORT", (await ControllerFixture.ErrorAsync(two)).Message, StringComparison.Ordinal);
        (await sky.PutAsync("a", TestSpecs.Spec(1, takesPort: false))).EnsureSuccessStatusCode();
        using var scaled = await sky.PostAsync("services/a/scale", "{\"replicas\":2}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, scaled.StatusCode);
        var update = await ControllerFixture.AnswerAsync(await sky.PutAsync("a", TestSpecs.Spec(1, run: "x", takesPort: false)));
        Assert.Single(update.Notices);
    }

    [Fact]
    public async Task CloudThatIsNotThereIsSaid()
    {
        await using var sky = await ControllerFixture.StartAsync();
        var spec = TestSpecs.Spec() with { Resources = new ResourcesSpec { Candidates = [new ResourceCandidate { Cloud = "aws" }] } };
        using var response = await sky.PutAsync("a", spec);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var error = await ControllerFixture.ErrorAsync(response);
        Assert.Equal("no_placement", error.Code);
        Assert.Contains("cloud aws is not available yet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkdirIsKeptOnlyUnderItsOwnHash()
    {
        await using var sky = await ControllerFixture.StartAsync();
        var content = RandomNumberGenerator.GetBytes(300_000);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        using var missing = await sky.PutAsync("a", workdir: hash);
        Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
        using var wrong = await sky.Http.PutAsync($"/api/v1/workdirs/{hash}", new ByteArrayContent([1, 2, 3]), Token);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Empty(Directory.GetFiles(sky.Home.Workdirs));

        (await sky.Http.PutAsync($"/api/v1/workdirs/{hash}", new ByteArrayContent(content), Token)).EnsureSuccessStatusCode();

        using var head = await sky.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/api/v1/workdirs/{hash}"), Token);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(sky.Home.Workdirs, hash + ".tar"), Token));
        (await sky.PutAsync("a", workdir: hash)).EnsureSuccessStatusCode();
        using var escape = await sky.Http.PutAsync("/api/v1/workdirs/..%2f..%2fx", new ByteArrayContent(content), Token);
        Assert.False(escape.IsSuccessStatusCode);
    }

    [Fact]
    public async Task SecretIsInNoHistory()
    {
        await using var sky = await ControllerFixture.StartAsync();
        var spec = TestSpecs.Spec();
        spec = spec with { Task = spec.Task with { Secrets = new Dictionary<string, SecretValue> { ["KEY"] = new("hunter2") } } };
        (await sky.PutAsync("a", spec)).EnsureSuccessStatusCode();
        foreach (var path in new[] { "services/a/history", "services/a", "services", "status" })
        {
            Assert.DoesNotContain("hunter2", await sky.GetAsync(path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task GatewayIsToldOfAllServicesThenThatThisWasAll()
    {
        await using var sky = await ControllerFixture.StartAsync();
        (await sky.PutAsync("a")).EnsureSuccessStatusCode();
        await sky.UntilAsync("a", view => view is not null);
        using var reader = new StreamReader(await sky.Http.GetStreamAsync("/api/v1/endpoints/watch", Token));
        var lines = new List<EndpointsChange>();
        while (!lines.Any(line => line.Synced) || !lines.Any(line => line.Service == new ServiceName("a")) || !lines.Any(line => line is { Service: null, Synced: false }))
        {
            lines.Add(JsonSerializer.Deserialize((await reader.ReadLineAsync(Token))!, ApiJson.Default.EndpointsChange)!);
        }
    }
}
