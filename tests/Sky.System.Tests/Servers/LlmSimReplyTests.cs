using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using LlmSim.Tokens;
using Xunit;

namespace Sky.SystemTests.Servers;

public sealed class LlmSimReplyTests
{
    private static object Chat(string content, object? extra = null) => Merge(
        new { model = "sim", messages = new[] { new { role = "user", content } } }, extra);

    [Fact]
    public async Task A_streamed_reply_is_the_whole_reply_in_parts()
    {
        await using var server = await SimServer.StartAsync(SimServer.Instant);
        var whole = await server.PostAsync("/v1/chat/completions", Chat("Tell me", new { n = 2 }));
        var events = await server.StreamAsync("/v1/chat/completions", Chat("Tell me", new { n = 2, stream = true, stream_options = new { include_usage = true } }));

        Assert.Equal("[DONE]", events[^1]);
        var chunks = events[..^1].ConvertAll(e => JsonDocument.Parse(e).RootElement);
        for (var choice = 0; choice < 2; choice++)
        {
            var text = string.Concat(chunks.SelectMany(c => c.GetProperty("choices").EnumerateArray())
                .Where(c => c.GetProperty("index").GetInt32() == choice)
                .Select(c => c.GetProperty("delta").GetProperty("content").GetString()));
            Assert.Equal(whole.GetProperty("choices")[choice].GetProperty("message").GetProperty("content").GetString(), text);
        }

        var usage = chunks[^1].GetProperty("usage");
        Assert.Equal(whole.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(usage.GetProperty("completion_tokens").GetInt32(), chunks.Count - 1);
    }

    [Fact]
    public async Task Usage_counts_the_tokens_of_the_text_and_the_ledger_agrees()
    {
        await using var server = await SimServer.StartAsync(SimServer.Instant);
        var reply = await server.PostAsync("/v1/completions", new { model = "sim", prompt = "One two three" });
        await server.StreamAsync("/v1/completions", new { model = "sim", prompt = "One two three", stream = true });

        var tokens = Tokenizer.Cut(reply.GetProperty("choices")[0].GetProperty("text").GetString()!).Count;
        Assert.Equal(tokens, reply.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(3, reply.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        var ledger = await server.LedgerAsync();
        Assert.Equal([tokens, tokens], ledger.EnumerateArray().Select(r => r.GetProperty("completionTokens").GetInt32()));
        Assert.Equal([0, tokens + 1], ledger.EnumerateArray().Select(r => r.GetProperty("eventsWritten").GetInt32()));
        Assert.Equal((2 * tokens).ToString(CultureInfo.InvariantCulture), await server.MetricAsync("generation_tokens_total"));
    }

    [Fact]
    public async Task The_text_follows_from_prompt_and_seed_on_every_server()
    {
        await using var one = await SimServer.StartAsync(SimServer.Instant with { Name = "1" });
        await using var two = await SimServer.StartAsync(SimServer.Instant with { Name = "2" });
        var first = await TextAsync(one, "Hello", 5);

        Assert.Equal(first, await TextAsync(two, "Hello", 5));
        Assert.NotEqual(first, await TextAsync(one, "Hello", 6));
        Assert.NotEqual(first, await TextAsync(one, "Hullo", 5));
    }

    [Theory]
    [InlineData("and")]
    [InlineData("e ")]
    [InlineData(" th")]
    public async Task A_stop_string_ends_the_text_before_it(string stop)
    {
        await using var server = await SimServer.StartAsync(SimServer.Instant with { CompletionTokens = 200 });
        var all = await server.PostAsync("/v1/completions", new { model = "sim", prompt = "x" });
        var full = all.GetProperty("choices")[0].GetProperty("text").GetString()!;
        var expected = full[..full.IndexOf(stop, StringComparison.Ordinal)];

        var events = await server.StreamAsync("/v1/completions", new { model = "sim", prompt = "x", stop, stream = true });

        var choices = events[..^1].ConvertAll(e => JsonDocument.Parse(e).RootElement.GetProperty("choices")[0]);
        Assert.Equal(expected, string.Concat(choices.Select(c => c.GetProperty("text").GetString())));
        Assert.Equal("stop", choices[^1].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Max_tokens_ends_the_text_and_the_script_says_it()
    {
        await using var server = await SimServer.StartAsync(SimServer.Instant);
        var cut = await server.PostAsync("/v1/chat/completions", Chat("/say one two three", new { max_tokens = 2 }));
        var said = await server.PostAsync("/v1/chat/completions", Chat("/say one two three"));

        Assert.Equal(("one two", "length"), Reply(cut));
        Assert.Equal(("one two three", "stop"), Reply(said));
    }

    [Fact]
    public async Task A_scripted_tool_call_is_streamed_in_parts()
    {
        await using var server = await SimServer.StartAsync(SimServer.Instant);
        var tools = new[] { new { type = "function", function = new { name = "weather" } } };
        var events = await server.StreamAsync("/v1/chat/completions", Chat("/tool weather {\"city\":\"Paris\"}", new { tools, stream = true }));
        var choices = events[..^1].ConvertAll(e => JsonDocument.Parse(e).RootElement.GetProperty("choices")[0]);
        var calls = choices.ConvertAll(c => c.GetProperty("delta").GetProperty("tool_calls")[0].GetProperty("function"));

        Assert.Equal("weather", calls[0].GetProperty("name").GetString());
        Assert.Equal("{\"city\":\"Paris\"}", string.Concat(calls.Select(c => c.GetProperty("arguments").GetString())));
        Assert.Equal("tool_calls", choices[^1].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task A_prompt_seen_before_is_counted_as_cached()
    {
        await using var server = await SimServer.StartAsync(SimServer.Instant);
        var prompt = string.Concat(Enumerable.Range(0, 40).Select(i => $" w{i}"));
        await server.PostAsync("/v1/completions", new { model = "sim", prompt, max_tokens = 1 });
        var again = await server.PostAsync("/v1/completions", new { model = "sim", prompt = prompt + " more", max_tokens = 1 });

        Assert.Equal(32, again.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
        Assert.Equal("32", await server.MetricAsync("prefix_cache_hits_total"));
        Assert.Equal("81", await server.MetricAsync("prefix_cache_queries_total"));
    }

    [Fact]
    public async Task Embeddings_are_unit_vectors_of_their_text()
    {
        await using var server = await SimServer.StartAsync(SimServer.Instant);
        var plain = await server.PostAsync("/v1/embeddings", new { model = "sim", input = new[] { "a", "b", "a" }, dimensions = 64 });
        var packed = await server.PostAsync("/v1/embeddings", new { model = "sim", input = "a", dimensions = 64, encoding_format = "base64" });
        var vectors = plain.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("embedding").Deserialize<float[]>()!).ToList();
        var unpacked = MemoryMarshal.Cast<byte, float>(packed.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64()).ToArray();

        Assert.Equal(vectors[0], vectors[2]);
        Assert.NotEqual(vectors[0], vectors[1]);
        Assert.Equal(vectors[0], unpacked);
        Assert.Equal(1, vectors[0].Sum(v => v * v), 4);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "not json", 400)]
    [InlineData("/v1/chat/completions", "[]", 400)]
    [InlineData("/v1/chat/completions", """{"model":"sim"}""", 400)]
    [InlineData("/v1/chat/completions", """{"model":"sim","messages":[]}""", 400)]
    [InlineData("/v1/chat/completions", """{"model":"sim","messages":[{"content":"x"}]}""", 400)]
    [InlineData("/v1/chat/completions", """{"model":"other","messages":[{"role":"user","content":"x"}]}""", 404)]
    [InlineData("/v1/completions", """{"model":"sim","prompt":[]}""", 400)]
    [InlineData("/v1/completions", """{"model":"sim","prompt":"x","max_tokens":0}""", 400)]
    [InlineData("/v1/completions", """{"model":"sim","prompt":"x","max_tokens":40000}""", 400)]
    [InlineData("/v1/completions", """{"model":"sim","prompt":"x","stop":""}""", 400)]
    [InlineData("/v1/completions", """{"model":"sim","prompt":"x","n":1000}""", 400)]
    [InlineData("/v1/embeddings", """{"model":"sim"}""", 400)]
    [InlineData("/v1/embeddings", """{"model":"other","input":"x"}""", 404)]
    public async Task A_wrong_request_gets_an_error_in_the_api_form(string path, string body, int status)
    {
        await using var server = await SimServer.StartAsync(SimServer.Instant);
        var error = (await server.PostAsync(path, body, status)).GetProperty("error");
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("type").GetString()!);
    }

    private static (string? Text, string? Finish) Reply(JsonElement reply) => (
        reply.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(),
        reply.GetProperty("choices")[0].GetProperty("finish_reason").GetString());

    private static async Task<string?> TextAsync(SimServer server, string prompt, int seed) =>
        (await server.PostAsync("/v1/completions", new { model = "sim", prompt, seed })).GetProperty("choices")[0].GetProperty("text").GetString();

    private static Dictionary<string, JsonElement> Merge(object body, object? extra) => new[] { body, extra }
        .Where(part => part is not null)
        .SelectMany(part => JsonSerializer.SerializeToElement(part).EnumerateObject())
        .ToDictionary(p => p.Name, p => p.Value);
}
