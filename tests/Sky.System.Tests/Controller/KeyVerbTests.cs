using System.Net;
using System.Text.Json;
using Sky.Controller.Api;
using Sky.Core;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class KeyVerbTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_made_listed_rotated_and_revoked_and_its_secret_is_told_once()
    {
        await using var sky = await ControllerFixture.StartAsync();
        var made = await PostAsync(sky, "keys", """{"name":"ci","models":["llama-*"],"limits":{"requestsPerMinute":5,"budget":2.5,"budgetPeriod":"Day"},"priority":"Batch"}""", HttpStatusCode.Created);
        Assert.Matches("^sk-sky-[A-Za-z0-9_-]{43}$", made.Secret);
        Assert.Equal("ACTIVE", made.Key.Status);
        Assert.Equal(KeyPriority.Batch, made.Key.Priority);

        var rotated = await PostAsync(sky, "keys/ci/rotate", """{"graceSeconds":60}""", HttpStatusCode.OK);
        Assert.NotEqual(made.Secret, rotated.Secret);
        Assert.NotNull(rotated.Key.PreviousUntil);

        using var revoked = await sky.PostAsync($"keys/{made.Key.Id}/revoke", "{}");
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        using var again = await sky.PostAsync("keys/ci/rotate", """{"graceSeconds":0}""");
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        var list = await sky.GetAsync("keys");
        Assert.Contains("REVOKED", list, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Secret[10..], list, StringComparison.Ordinal);
        Assert.DoesNotContain(KeySecret.HashText(made.Secret), list, StringComparison.Ordinal);
        await AssertNotOnDiskAsync(sky, made.Secret[10..]);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_and_changes_nothing()
    {
        await using var sky = await ControllerFixture.StartAsync();
        await PostAsync(sky, "keys", """{"name":"ci"}""", HttpStatusCode.Created);
        using var twice = await sky.PostAsync("keys", """{"name":"ci"}""");
        using var bad = await sky.PostAsync("keys", """{"name":"a b","limits":{"requestsPerMinute":0}}""");
        using var past = await sky.PostAsync("keys", """{"name":"old","expiresAt":"2020-01-01T00:00:00Z"}""");
        using var none = await sky.PostAsync("keys/other/revoke", "{}");
        using var secret = await sky.PostAsync("keys/sk-sky-abcdef/revoke", "{}");
        using var grace = await sky.PostAsync("keys/ci/rotate", """{"graceSeconds":-1}""");

        Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Contains("rpm", (await ControllerFixture.ErrorAsync(bad)).Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, past.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.DoesNotContain("abcdef", (await ControllerFixture.ErrorAsync(secret)).Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, grace.StatusCode);
        Assert.Single(JsonDocument.Parse(await sky.GetAsync("keys")).RootElement.EnumerateArray());
    }

    [Fact]
    public async Task Gateways_hear_of_keys_before_services_and_of_changes_at_once()
    {
        await using var sky = await ControllerFixture.StartAsync();
        await PostAsync(sky, "keys", """{"name":"first"}""", HttpStatusCode.Created);
        using var stream = await sky.Http.GetAsync("/api/v1/endpoints/watch", HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));

        Assert.Equal("first", (await NextAsync(reader)).Key?.Name);
        Assert.True((await NextAsync(reader)).Synced);
        var made = await PostAsync(sky, "keys", """{"name":"second"}""", HttpStatusCode.Created);
        var heard = await NextAsync(reader);
        Assert.Equal("second", heard.Key?.Name);
        Assert.Equal(KeySecret.HashText(made.Secret), heard.Key?.Hash);
        using var revoked = await sky.PostAsync("keys/second/revoke", "{}");
        Assert.NotNull((await NextAsync(reader)).Key?.RevokedAt);
    }

    private static async Task<EndpointsChange> NextAsync(StreamReader reader)
    {
        while (true)
        {
            var change = JsonSerializer.Deserialize((await reader.ReadLineAsync(Token))!, SkyJson.Default.EndpointsChange)!;
            if (change.Key is not null || change.Service is not null || change.Synced)
            {
                return change;
            }
        }
    }

    private static async Task<KeySecretView> PostAsync(ControllerFixture sky, string path, string json, HttpStatusCode expected)
    {
        using var response = await sky.PostAsync(path, json);
        Assert.Equal(expected, response.StatusCode);
        return JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(Token), ApiJson.Default.KeySecretView)!;
    }

    private static async Task AssertNotOnDiskAsync(ControllerFixture sky, string secret)
    {
        foreach (var file in Directory.EnumerateFiles(sky.Home.Root, "*", SearchOption.AllDirectories))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(open, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(secret, await reader.ReadToEndAsync(Token), StringComparison.Ordinal);
        }
    }
}
