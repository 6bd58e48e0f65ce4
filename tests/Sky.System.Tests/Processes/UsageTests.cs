using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary><c>sky usage</c> with the real program: what a request used is shown, and stays.</summary>
public sealed class UsageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_requests_used_is_shown_by_key_with_its_price_and_outlives_the_controller()
    {
        await using var sky = new SkyMachine();
        var nothing = await sky.OkAsync("usage");
        Assert.Equal(("", true), (nothing.Output, nothing.Error.Contains("No requests", StringComparison.Ordinal)));
        await sky.OkAsync("serve", "up", sky.WriteFile("llm/sky-serve.yaml", Yaml), "-y");
        var key = JsonDocument.Parse((await sky.OkAsync("keys", "create", "--name", "ci", "-o", "json")).Output).RootElement.GetProperty("secret").GetString()!;
        await AskAsync(sky, key, stream: true);
        await AskAsync(sky, key, stream: false);

        var row = await RowAsync(sky);
        Assert.Equal(("llm", "llm", 1), (Text(row, "service"), Text(row, "model"), row.GetProperty("version").GetInt32()));
        Assert.Equal((2, 2), (row.GetProperty("requests").GetProperty("total").GetInt32(), row.GetProperty("requests").GetProperty("exact").GetInt32()));
        var usage = row.GetProperty("usage");
        Assert.Equal(10, usage.GetProperty("completion").GetInt32());
        Assert.Equal((usage.GetProperty("prompt").GetInt32() * 1.5m / 1_000_000m) + (10 * 2m / 1_000_000m), row.GetProperty("cost").GetDecimal());

        await sky.OkAsync("controller", "stop", "-y");
        await sky.OkAsync("controller", "start");
        Assert.Equal(row.GetRawText(), (await RowAsync(sky)).GetRawText());
        var table = await sky.OkAsync("usage", "--hourly", "--since", "2h", "--service", "llm");
        Assert.Contains("ci", table.Output, StringComparison.Ordinal);
        Assert.Contains(" USD", table.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await sky.RunAsync("usage", "--key", "nobody")).ExitCode);
        Assert.Equal(2, (await sky.RunAsync("usage", "--since", "yesterday-ish")).ExitCode);
    }

    private static string Yaml => $$"""
        service:
          readiness_probe: {path: /health, initial_delay_seconds: 60, endpoint_probe_interval_seconds: 0.2}
          replicas: 1
          models: {llm: sim}
          prices: {input: 1.5, output: 2}
        run: exec {{SkyProgram.LlmSim}} --urls http://127.0.0.1:$SKY_PORT --ttft-ms 0 --prefill-rate 0 --decode-rate 0 --cache-tokens 0
        """;

    private static async Task AskAsync(SkyMachine sky, string key, bool stream)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{sky.GatewayUrl}/v1/chat/completions")
        {
            Content = new StringContent($"{{\"model\":\"llm\",\"messages\":[{{\"role\":\"user\",\"content\":\"/say one two three four five\"}}],\"max_tokens\":5,\"stream\":{(stream ? "true" : "false")}}}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await sky.Client.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
    }

    private static async Task<JsonElement> RowAsync(SkyMachine sky)
    {
        JsonElement row = default;
        await SkyMachine.UntilAsync(
            async () =>
            {
                var rows = JsonDocument.Parse((await sky.OkAsync("usage", "--key", "ci", "-o", "json")).Output).RootElement.GetProperty("rows");
                row = rows.GetArrayLength() == 1 ? rows[0].Clone() : default;
                return row.ValueKind is JsonValueKind.Object && row.GetProperty("requests").GetProperty("total").GetInt32() == 2;
            },
            "the usage of two requests",
            seconds: 60);
        return row;
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
