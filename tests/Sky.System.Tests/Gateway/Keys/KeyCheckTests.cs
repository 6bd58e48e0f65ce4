using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sky.Core;
using Sky.Core.Keys;
using Sky.Gateway.Hosting;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Keys;

public sealed class KeyCheckTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Every way to reach a service, as paths and hosts.</summary>
    public static TheoryData<string, string?> Routes => new()
    {
        { "/services/llm/v1/chat/completions", null },
        { "/services/llm", null },
        { "/services/llm/a/%2e%2e/admin", null },
        { "/v1/chat/completions", "llm.localhost" },
        { "/", "llm.localhost" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Every_route_asks_for_a_key_once_there_is_one(string path, string? host)
    {
        await using var bed = await StartAsync();
        await bed.PublishAsync(TestKey.Record());

        using var without = await SendAsync(bed, path, host);
        using var wrong = await SendAsync(bed, path, host, ("Authorization", $"Bearer {TestKey.Secret(2)}"));
        using var foreign = await SendAsync(bed, path, host, ("Authorization", "Bearer sk-proj-of-someone-else"));
        using var bearer = await SendAsync(bed, path, host, ("Authorization", $"Bearer {TestKey.Secret()}"));
        using var lower = await SendAsync(bed, path, host, ("authorization", $"bearer {TestKey.Secret()}"));
        using var header = await SendAsync(bed, path, host, ("x-api-key", TestKey.Secret()));

        foreach (var refused in new[] { without, wrong, foreign })
        {
            await AssertRefusedAsync(refused);
        }

        Assert.All([bearer, lower, header], allowed => Assert.Equal(HttpStatusCode.OK, allowed.StatusCode));
    }

    [Theory]
    [InlineData("/services/other/x")]
    [InlineData("/services/")]
    [InlineData("/v1/models")]
    [InlineData("/nothing")]
    public async Task What_is_not_routed_tells_nothing_without_a_key(string path)
    {
        await using var bed = await StartAsync();
        await bed.PublishAsync(TestKey.Record());
        using var refused = await SendAsync(bed, path, null);
        await AssertRefusedAsync(refused);
    }

    [Theory]
    [InlineData("localhost:30000", null, true)]
    [InlineData("llm.localhost", null, true)]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("[::1]:30000", null, true)]
    [InlineData("workstation", null, true)]
    [InlineData("llm.models.example", null, true)]
    [InlineData("models.example:80", null, true)]
    [InlineData("localhost", "http://localhost:3000", true)]
    [InlineData("localhost", "http://[::1]:3000", true)]
    [InlineData("localhost", "vscode-webview://1f2", true)]
    [InlineData("evil.example", null, false)]
    [InlineData("evil.example:30000", null, false)]
    [InlineData("evil.example.", null, false)]
    [InlineData("localhost.evil.example", null, false)]
    [InlineData("notmodels.example", null, false)]
    [InlineData("127.0.0.1.evil.example", null, false)]
    [InlineData("localhost", "https://evil.example", false)]
    [InlineData("localhost", "http://localhost.evil.example:80", false)]
    [InlineData("localhost", "http://192.0.2.7", false)]
    [InlineData("localhost", "null", false)]
    public async Task While_there_is_no_key_a_page_of_another_site_is_not_this_machine(string host, string? origin, bool open)
    {
        await using var bed = new GatewayTestBed { Options = o => o with { Domain = "models.example" } };
        await bed.StartAsync(_ => Task.CompletedTask);
        foreach (var path in new[] { "/services/llm/a", "/v1/models", "/metrics", "/-/decisions" })
        {
            using var response = await SendAsync(bed, path, host, origin is null ? [] : [("Origin", origin)]);
            Assert.Equal(open, response.StatusCode is not HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task With_a_key_names_and_origins_do_not_matter()
    {
        await using var bed = await StartAsync();
        await bed.PublishAsync(TestKey.Record());
        using var response = await SendAsync(bed, "/services/llm/a", "models.example", ("Origin", "https://app.example"), ("x-api-key", TestKey.Secret()));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_health_of_the_gateway_stays_open()
    {
        await using var bed = await StartAsync();
        await bed.PublishAsync(TestKey.Record());
        using var health = await SendAsync(bed, "/-/health", null);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task The_key_is_removed_and_nothing_else()
    {
        var seen = new Dictionary<string, string>();
        await using var bed = await StartAsync(seen);
        await bed.PublishAsync(TestKey.Record());

        using var ours = await SendAsync(bed, "/services/llm/a", null, ("Authorization", $"Bearer {TestKey.Secret()}"), ("x-api-key", "theirs"));
        Assert.Equal(HttpStatusCode.OK, ours.StatusCode);
        Assert.False(seen.ContainsKey("Authorization"));
        Assert.Equal("theirs", seen["x-api-key"]);

        using var other = await SendAsync(bed, "/services/llm/a", null, ("x-api-key", TestKey.Secret()), ("Authorization", "Bearer theirs"));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.False(seen.ContainsKey("x-api-key"));
        Assert.Equal("Bearer theirs", seen["Authorization"]);
    }

    [Theory]
    [InlineData("api-key")]
    [InlineData("x-goog-api-key")]
    [InlineData("X-Anything")]
    [InlineData("Sec-WebSocket-Protocol")]
    public async Task A_key_in_another_header_opens_nothing_and_reaches_no_replica(string name)
    {
        var seen = new Dictionary<string, string>();
        await using var bed = await StartAsync(seen);
        await bed.PublishAsync(TestKey.Record());
        using (var refused = await SendAsync(bed, "/services/llm/a", null, (name, $"x {TestKey.Secret()}")))
        {
            await AssertRefusedAsync(refused);
        }

        using var open = await SendAsync(bed, "/services/llm/a", null, ("x-api-key", TestKey.Secret()), (name, $"x {TestKey.Secret(2)}"), ("X-Other", "sk-sky-team"));
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        Assert.DoesNotContain(seen.Values, value => value.Contains(TestKey.Secret(2), StringComparison.Ordinal));
        Assert.Equal("sk-sky-team", seen["X-Other"]);
    }

    [Theory]
    [InlineData("/services/llm/a?key={0}", null)]
    [InlineData("/v1/models?x=1&api_key={0}", null)]
    [InlineData("/services/llm/a?key={1}", null)]
    [InlineData("/services/llm/{0}/a", null)]
    [InlineData("/{0}", null)]
    [InlineData("/services/llm/a", "a=b; key={0}; c=d")]
    public async Task A_key_in_the_open_is_refused_with_the_place_where_it_belongs_and_is_written_nowhere(string path, string? cookie)
    {
        var seen = new Dictionary<string, string>();
        await using var bed = await StartAsync(seen);
        await bed.PublishAsync(TestKey.Record());
        var secret = TestKey.Secret();
        path = string.Format(null, path, secret, secret.Replace("-", "%2D", StringComparison.Ordinal));
        (string, string)[] key = [("x-api-key", secret)];
        using var refused = await SendAsync(bed, path, null, cookie is null ? key : [.. key, ("Cookie", string.Format(null, cookie, secret))]);
        var answer = await refused.Content.ReadAsStringAsync(Token);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("misplaced_key", answer, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer", answer, StringComparison.Ordinal);
        Assert.Empty(seen);
        await bed.StopGatewayAsync(drain: true);
        Assert.DoesNotContain(secret, answer + string.Concat(bed.Log.Lines), StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(bed.Home, "*", SearchOption.AllDirectories), file => Assert.DoesNotContain(secret, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Basic {0}")]
    [InlineData("Bearer {0}, Bearer {0}")]
    [InlineData("Bearer {0}x")]
    [InlineData("{0}")]
    public async Task A_key_that_is_written_otherwise_opens_nothing_and_reaches_no_replica(string form)
    {
        var seen = new Dictionary<string, string>();
        await using var bed = await StartAsync(seen, anonymous: true);
        await bed.PublishAsync(TestKey.Record());

        using var refused = await SendAsync(bed, "/services/llm/a", null, ("Authorization", string.Format(null, form, TestKey.Secret())));

        await AssertRefusedAsync(refused);
        Assert.Empty(seen);
    }

    [Fact]
    public async Task Without_any_key_this_machine_is_served_and_foreign_headers_pass()
    {
        var seen = new Dictionary<string, string>();
        await using var bed = await StartAsync(seen);
        using var allowed = await SendAsync(bed, "/services/llm/a", null, ("Authorization", "Bearer EMPTY"));
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal("Bearer EMPTY", seen["Authorization"]);
    }

    [Fact]
    public async Task Anonymous_requests_pass_where_they_are_allowed_but_wrong_keys_do_not()
    {
        await using var bed = await StartAsync(anonymous: true);
        await bed.PublishAsync(TestKey.Record());
        using var anybody = await SendAsync(bed, "/services/llm/a", null);
        using var wrong = await SendAsync(bed, "/services/llm/a", null, ("x-api-key", TestKey.Secret(2)));
        Assert.Equal(HttpStatusCode.OK, anybody.StatusCode);
        await AssertRefusedAsync(wrong);
    }

    [Fact]
    public async Task Changes_are_in_force_at_once_and_are_said_plainly()
    {
        await using var bed = await StartAsync();
        var key = TestKey.Record();
        await bed.PublishAsync(key);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(bed, TestKey.Secret()));

        await bed.PublishAsync(key with { ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) });
        Assert.Contains("expired", await MessageAsync(bed, TestKey.Secret()), StringComparison.Ordinal);

        var rotated = key with { Hash = KeySecret.HashText(TestKey.Secret(3)), PreviousHash = key.Hash, PreviousUntil = DateTimeOffset.UtcNow.AddHours(1) };
        await bed.PublishAsync(rotated);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(bed, TestKey.Secret()));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(bed, TestKey.Secret(3)));

        await bed.PublishAsync(rotated with { PreviousUntil = DateTimeOffset.UtcNow.AddSeconds(-1) });
        Assert.Contains("rotated", await MessageAsync(bed, TestKey.Secret()), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(bed, TestKey.Secret(3)));

        await bed.PublishAsync(rotated with { RevokedAt = DateTimeOffset.UtcNow });
        Assert.Contains("revoked", await MessageAsync(bed, TestKey.Secret(3)), StringComparison.Ordinal);
        Assert.Contains("did not provide", await MessageAsync(bed, null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_expires_by_the_clock_alone()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var bed = await StartAsync(time: time);
        await bed.PublishAsync(TestKey.Record() with { ExpiresAt = time.GetUtcNow().AddMinutes(1) });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(bed, TestKey.Secret()));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(bed, TestKey.Secret()));
    }

    [Fact]
    public async Task A_key_for_some_models_opens_the_services_of_those_names()
    {
        await using var bed = await StartAsync();
        await bed.PublishAsync(TestKey.Record() with { Models = ["l*m"] });
        await bed.PublishAsync(TestKey.Record(2) with { Models = ["other", "llm-*"] });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(bed, TestKey.Secret()));

        using var forbidden = await SendAsync(bed, "/services/llm/a", null, ("x-api-key", TestKey.Secret(2)));
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Contains("model_not_allowed", await forbidden.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_outlive_the_controller_as_hashes_in_a_file_of_their_owner()
    {
        await using var bed = await StartAsync();
        await bed.PublishAsync(TestKey.Record());
        await bed.StopGatewayAsync();
        await bed.Controller.StopAsync();
        var file = new SkyHome(bed.Home).GatewaySnapshot;
        Assert.DoesNotContain(TestKey.Secret()[KeySecret.Prefix.Length..], await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        await bed.StartGatewayAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(bed, TestKey.Secret()));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(bed, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(bed, TestKey.Secret(2)));
    }

    [Fact]
    public async Task A_websocket_needs_the_key_before_it_is_one()
    {
        await using var bed = new GatewayTestBed();
        string? seen = null;
        await bed.StartAsync(async context =>
        {
            seen = context.Request.Headers.Authorization.ToString();
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", context.RequestAborted);
        });
        await bed.PublishAsync(TestKey.Record());
        var address = new UriBuilder(bed.Url("/ws")) { Scheme = "ws" }.Uri;

        using var refused = new ClientWebSocket();
        await Assert.ThrowsAsync<WebSocketException>(() => refused.ConnectAsync(address, Token));
        Assert.Null(seen);

        using var allowed = new ClientWebSocket();
        allowed.Options.SetRequestHeader("Authorization", $"Bearer {TestKey.Secret()}");
        await allowed.ConnectAsync(address, Token);
        await allowed.ReceiveAsync(new byte[10], Token);
        Assert.Equal("", seen);
    }

    [Fact]
    public async Task Http2_is_under_the_same_check()
    {
        await using var bed = new GatewayTestBed { Options = options => options with { H2cListen = new Uri("http://127.0.0.1:0") } };
        await bed.StartAsync(context => Task.CompletedTask);
        await bed.PublishAsync(TestKey.Record());
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var url = new Uri(bed.Addresses[1], "/services/llm/a");

        using var refused = await client.GetAsync(url, Token);
        client.DefaultRequestHeaders.Add("x-api-key", TestKey.Secret());
        using var allowed = await client.GetAsync(url, Token);

        Assert.Equal(HttpVersion.Version20, refused.Version);
        await AssertRefusedAsync(refused);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Fact]
    public async Task Nothing_that_the_gateway_logs_or_keeps_holds_the_secret()
    {
        await using var bed = new GatewayTestBed();
        await bed.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await bed.PublishAsync(TestKey.Record());
        using var broken = await SendAsync(bed, $"/services/llm/?key={TestKey.Secret()[10..]}", null, ("Authorization", $"Bearer {TestKey.Secret()}"));
        using var unknown = await SendAsync(bed, "/services/llm/a", null, ("Authorization", $"Bearer {TestKey.Secret(2)}"));

        Assert.Equal(HttpStatusCode.BadGateway, broken.StatusCode);
        await bed.StopGatewayAsync();
        foreach (var text in bed.Log.Lines.Append(await broken.Content.ReadAsStringAsync(Token)).Append(await unknown.Content.ReadAsStringAsync(Token)))
        {
            Assert.DoesNotContain(TestKey.Secret()[10..], text, StringComparison.Ordinal);
            Assert.DoesNotContain(TestKey.Secret(2)[10..], text, StringComparison.Ordinal);
        }
    }

    private static async Task<GatewayTestBed> StartAsync(Dictionary<string, string>? seen = null, bool anonymous = false, TimeProvider? time = null)
    {
        var bed = new GatewayTestBed
        {
            Options = options => options with { AllowAnonymous = anonymous, AccessLog = Path.Combine(options.Home.Root, "access.log") },
            Time = time ?? TimeProvider.System,
        };
        await bed.StartAsync(context =>
        {
            seen?.Clear();
            foreach (var (name, values) in context.Request.Headers)
            {
                seen?.Add(name, values.ToString());
            }

            return Task.CompletedTask;
        });
        return bed;
    }

    private static async Task<HttpStatusCode> StatusAsync(GatewayTestBed bed, string? secret)
    {
        using var response = await (secret is null ? SendAsync(bed, "/services/llm/a", null) : SendAsync(bed, "/services/llm/a", null, ("x-api-key", secret)));
        return response.StatusCode;
    }

    private static async Task<string> MessageAsync(GatewayTestBed bed, string? secret)
    {
        using var response = await (secret is null ? SendAsync(bed, "/services/llm/a", null) : SendAsync(bed, "/services/llm/a", null, ("x-api-key", secret)));
        return await AssertRefusedAsync(response);
    }

    private static async Task<string> AssertRefusedAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.DoesNotContain(KeySecret.Prefix, text, StringComparison.Ordinal);
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal("invalid_api_key", error.GetProperty("code").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        return error.GetProperty("message").GetString()!;
    }

    private static async Task<HttpResponseMessage> SendAsync(GatewayTestBed bed, string path, string? host, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
        var asSent = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bed.Address.GetLeftPart(UriPartial.Authority) + path, asSent));
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await client.SendAsync(request, Token);
    }
}
