using System.Text;
using System.Text.Json;
using CsCheck;
using Sky.Core.Metering;

namespace Sky.Core.Tests.Metering;

public sealed class UsageReaderTests
{
    private const string Chat = """{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"w\"x\n \"usage\": 7"},"logprobs":null,"finish_reason":null}],"usage":null}""";
    private const string Last = """{"id":"c","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}}""";

    public static TheoryData<string, TokenUsage> Documents() => new()
    {
        { """{"usage":{"prompt_tokens":3,"completion_tokens":2},"choices":[{"message":{"content":"{\"usage\":{\"prompt_tokens\":99}}"}}]}""", new(3, 0, 2) },
        { """{ "choices" : [ { "usage" : {"prompt_tokens" : 99} } ] , "usage" : { "completion_tokens" : 2 , "prompt_tokens" : 3 } }""", new(3, 0, 2) },
        { """{"object":"list","data":[{"embedding":[0.1,-2e5,[]],"x":{}}],"usage":{"prompt_tokens":8,"total_tokens":8}}""", new(8, 0, 0) },
        { """{"type":"message","content":[{"type":"text","text":"hi"}],"usage":{"input_tokens":5,"cache_read_input_tokens":7,"cache_creation_input_tokens":2,"output_tokens":9}}""", new(14, 7, 9) },
        { """{"object":"response","usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":10},"output_tokens":87}}""", new(36, 10, 87) },
        { """{"usage":{"prompt_tokens":3,"completion_tokens":99999999999999999999999999}}""", new(3, 0, 0) },
        { """{"usage":{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":1000}}}""", new(3, 3, 2) },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void The_usage_of_a_document_is_read_wherever_it_is_cut(string json, TokenUsage usage)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new UsageReader(stream: false);
            reader.Read(bytes.AsSpan(0, cut));
            reader.Read(bytes.AsSpan(cut));
            Assert.Equal(usage, reader.Tokens(0));
        }
    }

    [Fact]
    public void A_document_without_usage_is_counted_by_its_text()
    {
        var reader = new UsageReader(stream: false);
        reader.Read("""{"choices":[{"message":{"role":"assistant","content":"12345678","name":"123456789"}}]}"""u8);
        Assert.Equal(new TokenUsage(6, 0, 2), reader.Tokens(6));
        Assert.False(reader.IsExact);
    }

    [Theory]
    [InlineData("\n", 1)]
    [InlineData("\r\n", 1)]
    [InlineData("\r", 1)]
    [InlineData("\n", 7)]
    [InlineData("\r\n", 3)]
    [InlineData("\r", 1000)]
    public void Events_are_read_whatever_their_line_ends_and_pieces(string newline, int size)
    {
        var lines = $": a comment\n\nevent: x\ndata: {Chat}\nid: 1\n\ndata:{Chat}\n\ndata: {Last.Replace(",\"usage\"", ",\ndata: \"usage\"", StringComparison.Ordinal)}\n\ndata: [DONE]\n\n";
        var bytes = Encoding.UTF8.GetBytes("\uFEFF" + lines.Replace("\n", newline, StringComparison.Ordinal));
        var reader = new UsageReader(stream: true);
        foreach (var piece in bytes.Chunk(size))
        {
            reader.Read(piece);
        }

        Assert.Equal(4, reader.Events);
        Assert.True(reader.Finished);
        Assert.True(reader.IsExact);
        Assert.Equal(new TokenUsage(11, 4, 5), reader.Tokens(0));
    }

    [Fact]
    public void A_stream_that_ends_early_is_charged_for_its_complete_events()
    {
        var reader = new UsageReader(stream: true);
        reader.Read(Encoding.UTF8.GetBytes($"data: {Chat}\n\ndata: {Chat}\n\ndata: {Chat}\n"));
        Assert.Equal((2, false, new TokenUsage(6, 0, 2)), (reader.Events, reader.IsExact, reader.Tokens(6)));
    }

    [Fact]
    public void The_last_usage_of_a_stream_counts_and_what_comes_after_it_is_counted()
    {
        var reader = new UsageReader(stream: true);
        reader.Read("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":1}}\n\n"u8);
        reader.Read("data: {\"choices\":[{\"delta\":{\"content\":\"b\"}}],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":3}}\n\n"u8);
        Assert.Equal((true, new TokenUsage(4, 0, 3)), (reader.IsExact, reader.Tokens(0)));
        reader.Read("data: {\"choices\":[{\"delta\":{\"content\":\"c\"}}]}\n\n"u8);
        Assert.Equal((false, new TokenUsage(4, 0, 4)), (reader.IsExact, reader.Tokens(0)));
    }

    [Theory]
    [InlineData(10, 5, true)]
    [InlineData(11, 5, false)]
    [InlineData(10, 11, false)]
    [InlineData(2_147_483_647, 2_147_483_647, false)]
    public void A_usage_that_cannot_be_is_not_believed(long prompt, long completion, bool believed)
    {
        var usage = $"\"usage\":{{\"prompt_tokens\":{prompt},\"completion_tokens\":{completion}}}";
        var whole = new UsageReader(stream: false, most: 10);
        whole.Read(Encoding.UTF8.GetBytes($"{{\"choices\":[{{\"message\":{{\"content\":\"12345678\"}}}}],{usage}}}"));
        var stream = new UsageReader(stream: true, most: 10);
        stream.Read(Encoding.UTF8.GetBytes($"data: {Chat}\n\ndata: {Chat}\n\ndata: {{\"choices\":[],{usage}}}\n\ndata: [DONE]\n\n"));

        var told = new TokenUsage(prompt, 0, completion);
        Assert.Equal((believed ? told : new(6, 0, 2), believed, !believed), (whole.Tokens(6), whole.IsExact, whole.Disbelieved));
        Assert.Equal((believed ? told : new(6, 0, 2), believed, !believed), (stream.Tokens(6), stream.IsExact, stream.Disbelieved));
    }

    [Fact]
    public void A_stream_of_messages_is_read()
    {
        var reader = new UsageReader(stream: true);
        reader.Read("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"content\":[],\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}\n\n"u8);
        reader.Read("data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n"u8);
        Assert.Equal((false, new TokenUsage(25, 0, 2)), (reader.IsExact, reader.Tokens(0)));
        reader.Read("data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":15}}\n\ndata: {\"type\":\"message_stop\"}\n\n"u8);
        Assert.Equal((true, true, new TokenUsage(25, 0, 15)), (reader.Finished, reader.IsExact, reader.Tokens(0)));
    }

    [Fact]
    public void A_stream_of_responses_is_read()
    {
        var reader = new UsageReader(stream: true);
        reader.Read("data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}\n\ndata: {\"type\":\"response.output_text.done\",\"text\":\"Hi\"}\n\n"u8);
        Assert.Equal(new TokenUsage(0, 0, 1), reader.Tokens(0));
        reader.Read("data: {\"type\":\"response.completed\",\"response\":{\"output\":[{\"content\":[{\"text\":\"Hi\"}]}],\"usage\":{\"input_tokens\":36,\"input_tokens_details\":{\"cached_tokens\":1},\"output_tokens\":87}}}\n\n"u8);
        Assert.Equal((true, true, new TokenUsage(36, 1, 87)), (reader.Finished, reader.IsExact, reader.Tokens(0)));
    }

    [Fact]
    public void Reading_allocates_nothing_and_keeps_nothing_of_a_large_event()
    {
        var events = Encoding.UTF8.GetBytes($"data: {Chat}\n\n");
        var large = Encoding.UTF8.GetBytes(new string('x', 1 << 20));
        var reader = new UsageReader(stream: true);
        reader.Read(events);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            reader.Read(events);
        }

        reader.Read("data: {\"choices\":[{\"delta\":{\"content\":\""u8);
        reader.Read(large);
        reader.Read("\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":7}}\n\n"u8);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(7, reader.Tokens(0).Completion);
    }

    [Theory]
    [InlineData(true, "data: {\"model\":\"a-1\"}\n\ndata: {\"model\":\"b\"}\n\n", "a-1")]
    [InlineData(true, "data: {\"type\":\"response.created\",\"response\":{\"id\":\"x\",\"model\":\"a-1\"}}\n\n", "a-1")]
    [InlineData(true, "data: {\"type\":\"message_start\",\"message\":{\"content\":[],\"model\":\"a-1\"}}\n\n", "a-1")]
    [InlineData(true, "data: {\"a\":{\"model\":\"deep\"}}\n\ndata: {\"model\":\"a-1\"}\n\n", "a-1")]
    [InlineData(false, "{\"model\":\"a-1\",\"choices\":[{\"model\":\"deep\"}]}", "a-1")]
    [InlineData(false, "{\"model\":\"a\\u002d1\"}", "")]
    [InlineData(false, "{\"model\":null}", "")]
    [InlineData(false, "{\"choices\":[{\"message\":{\"model\":\"deep\"}}]}", "")]
    public void The_model_of_an_answer_is_read_wherever_it_is_cut(bool stream, string answer, string model)
    {
        var bytes = Encoding.UTF8.GetBytes(answer);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new UsageReader(stream);
            reader.Read(bytes.AsSpan(0, cut));
            reader.Read(bytes.AsSpan(cut));
            Assert.Equal(model, Encoding.UTF8.GetString(reader.Model));
        }

        var longest = new UsageReader(stream: false);
        longest.Read(Encoding.UTF8.GetBytes($"{{\"model\":\"{new string('x', 129)}\"}}"));
        Assert.True(longest.Model.IsEmpty);
    }

    /// <summary>Against the JSON reader of the platform: whatever the document and the cuts, the same usage, and a member that can be cut out.</summary>
    [Fact]
    public void Random_documents_are_read_as_a_json_reader_reads_them() =>
        Gen.Select(RandomDocument(), Gen.Int[1, 40].Array[1, 50], Gen.Bool).Sample(
            (json, cuts, spaced) =>
            {
                var bytes = Encoding.UTF8.GetBytes(spaced ? Spaced(json) : json);
                var reader = new ReplyReader();
                for (var (at, i) = (0, 0); at < bytes.Length; at += cuts[i++ % cuts.Length])
                {
                    reader.Read(bytes.AsSpan(at, Math.Min(cuts[i % cuts.Length], bytes.Length - at)));
                }

                using var document = JsonDocument.Parse(bytes);
                var root = document.RootElement;
                var usage = root.TryGetProperty("usage", out var member) && member.ValueKind == JsonValueKind.Object ? member : (JsonElement?)null;
                var prompt = usage is { } u && u.TryGetProperty("prompt_tokens", out var p) && p.ValueKind == JsonValueKind.Number && p.TryGetInt32(out var number) && number >= 0 ? number : (long?)null;
                Assert.Equal(prompt, reader.Usage.Prompt);
                Assert.Equal(root.TryGetProperty("usage", out member) && member.ValueKind is JsonValueKind.Object or JsonValueKind.Null, reader.HasUsage);
                Assert.Equal(root.TryGetProperty("choices", out var c) && c.ValueKind == JsonValueKind.Array && c.GetArrayLength() == 0, reader.ChoicesEmpty);
            },
            iter: 20_000);

    private static string Spaced(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement, new JsonSerializerOptions { WriteIndented = true });

    private static Gen<string> RandomDocument()
    {
        var text = Words("\"\"", "\"usage\"", "\"a\\\"b\\\\\"", "\"{[\\u00e9\"", "\"é,]\"");
        var scalar = Gen.OneOf(Words("null", "true", "false", "-1", "0", "12", "1.5", "2e3"), text);
        var value = Gen.Recursive<string>((depth, inner) => depth > 3 ? scalar : Gen.OneOf(
            scalar,
            inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"),
            Members(inner)));
        return Members(value);
    }

    private static Gen<string> Members(Gen<string> value) =>
        Gen.Select(Words("usage", "choices", "prompt_tokens", "x", "content", "delta", "very_long_name_that_is_not_known_at_all"), value).Array[0, 4]
            .Select(members => "{" + string.Join(',', members.DistinctBy(m => m.Item1).Select(m => $"\"{m.Item1}\":{m.Item2}")) + "}");

    private static Gen<string> Words(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);
}
