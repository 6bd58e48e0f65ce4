using System.Text;
using Sky.Core.Metering;
using Sky.Gateway.Metering;
using Xunit;

namespace Sky.SystemTests.Gateway.Metering;

public sealed class UsageFilterTests
{
    /// <summary>Events with what the client gets of each.</summary>
    private static readonly (string With, string Without)[] Events =
    [
        ("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}", "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}"),
        ("data: {\"choices\": [1], \"usage\": {\"completion_tokens\": 1}, \"x\": 1}", "data: {\"choices\": [1], \"x\": 1}"),
        ("data: {\"usage\":null,\"choices\":[1]}", "data: {\"choices\":[1]}"),
        ("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5}}", ""),
        ("data:{\"choices\":[],\"prompt_filter_results\":[]}", "data:{\"choices\":[],\"prompt_filter_results\":[]}"),
        (": a comment with \"usage\":null", ": a comment with \"usage\":null"),
        ("data: {\"choices\":[{\"text\":\",\\\"usage\\\":null\"}]}", "data: {\"choices\":[{\"text\":\",\\\"usage\\\":null\"}]}"),
        ("event: x\ndata: not json \"usage\":null\nid: 3", "event: x\ndata: not json \"usage\":null\nid: 3"),
        ("data: [DONE]", "data: [DONE]"),
    ];

    [Fact]
    public void Whatever_the_pieces_and_line_ends_what_is_left_is_what_was_not_asked_for()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var newline = new[] { "\n", "\r\n", "\r" }[random.Next(3)];
            var (with, without) = (new StringBuilder(), new StringBuilder());
            foreach (var (a, b) in Enumerable.Range(0, random.Next(1, 12)).Select(_ => Events[random.Next(Events.Length)]))
            {
                with.Append($"{a}\n\n".Replace("\n", newline, StringComparison.Ordinal));
                without.Append(b.Length == 0 ? "" : $"{b}\n\n".Replace("\n", newline, StringComparison.Ordinal));
            }

            var passed = Pass(Encoding.UTF8.GetBytes(with.ToString()), random);
            Assert.True(without.ToString() == passed, $"seed {seed}:\n{with}\n=>\n{passed}");
        }
    }

    [Fact]
    public void An_event_that_is_too_large_passes_as_it_comes()
    {
        var text = $"data: {{\"choices\":[\"{new string('x', 40_000)}\"]}}\n\ndata: {{\"choices\":[1],\"usage\":null}}\n\n";
        Assert.Equal(text.Replace(",\"usage\":null", "", StringComparison.Ordinal), Pass(Encoding.UTF8.GetBytes(text), new Random(3)));
    }

    private static string Pass(byte[] bytes, Random random)
    {
        var reader = new UsageReader(stream: true);
        var filter = new UsageFilter(reader);
        var buffer = new byte[1 << 16];
        var largest = random.Next(1, 200);
        var passed = new List<byte>();
        for (var at = 0; at < bytes.Length;)
        {
            var restored = filter.Restore(buffer);
            var length = Math.Min(random.Next(1, largest + 1), bytes.Length - at);
            bytes.AsSpan(at, length).CopyTo(buffer.AsSpan(restored));
            passed.AddRange(buffer.AsSpan(0, filter.Pass(buffer, restored, length)));
            at += length;
        }

        passed.AddRange(buffer.AsSpan(0, filter.Restore(buffer)));
        return Encoding.UTF8.GetString([.. passed]);
    }
}
