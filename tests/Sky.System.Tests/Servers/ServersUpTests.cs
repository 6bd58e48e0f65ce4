using System.Net.Http.Json;
using System.Text.Json;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Servers;

/// <summary>Every server that runs without a GPU, from its file to an answer through the gateway.</summary>
[Trait("Category", "Heavy")]
public sealed class ServersUpTests : IAsyncDisposable
{
    private readonly SkyMachine _machine = new();

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Fact]
    public async Task Hello_greets()
    {
        await UpAsync("hello");

        var text = await _machine.Client.GetStringAsync($"{_machine.GatewayUrl}/services/hello/", TestContext.Current.CancellationToken);

        Assert.StartsWith("Hello", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Llm_sim_says_what_it_is_told_to()
    {
        await UpAsync("llm-sim");
        var request = new { model = "sim", messages = new[] { new { role = "user", content = "/say Good morning." } } };

        using var response = await _machine.Client.PostAsJsonAsync(
            $"{_machine.GatewayUrl}/services/llm-sim/v1/chat/completions", request, TestContext.Current.CancellationToken);

        var answer = (await ReadAsync(response)).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
        Assert.Equal("Good morning.", answer);
    }

    [Fact]
    public async Task Ocr_reads_a_picture()
    {
        Assert.SkipUnless(OcrServer.HasNpm, "npm is missing: it fetches the weights of servers/ocr");
        await UpAsync("ocr");
        using var picture = new ByteArrayContent(await OcrServer.PictureAsync("line.png", TestContext.Current.CancellationToken));

        using var response = await _machine.Client.PostAsync(
            $"{_machine.GatewayUrl}/services/ocr/ocr", picture, TestContext.Current.CancellationToken);

        Assert.Equal("The quick brown fox jumps over 13 lazy dogs.", (await ReadAsync(response)).GetProperty("text").GetString());
    }

    private Task UpAsync(string server) =>
        _machine.OkAsync("serve", "up", Path.Combine(SkyProgram.Root, "servers", server, "sky-serve.yaml"), "-y");

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
