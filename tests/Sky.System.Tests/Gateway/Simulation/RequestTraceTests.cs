using Sky.Gateway.Simulation;
using Xunit;

namespace Sky.SystemTests.Gateway.Simulation;

public sealed class RequestTraceTests
{
    [Fact]
    public void Mooncakes_lines_are_read_with_their_prefixes()
    {
        var trace = Read("""
            {"timestamp": 1500, "input_length": 1400, "output_length": 7, "hash_ids": [1, 2, 3]}
            {"timestamp": 0, "input_length": 1024, "output_length": 5, "hash_ids": [1, 2]}
            {"timestamp": 2000, "input_length": 1024, "output_length": 5, "hash_ids": [9, 2]}
            """);
        Assert.Equal([0, 1.5, 2], trace.Requests.Select(r => r.Seconds));
        Assert.Equal(trace.Requests[0].Blocks, trace.Requests[1].Blocks[..2]);
        Assert.NotEqual(trace.Requests[0].Blocks[1], trace.Requests[2].Blocks[1]);
        Assert.Equal(2, trace.IdealHits());
        Assert.Equal(5, trace.DistinctBlocks());
    }

    [Fact]
    public void Azures_rows_are_read_from_the_first_ones_time_on()
    {
        var trace = Read("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n");
        Assert.Equal((0, 374, 44), (trace.Requests[0].Seconds, trace.Requests[0].PromptTokens, trace.Requests[0].OutputTokens));
        Assert.Equal(4.314579, trace.Requests[1].Seconds, 5);
        Assert.Empty(trace.Requests[1].Blocks);
    }

    [Theory]
    [InlineData("", "no request")]
    [InlineData("{\"timestamp\": 1}", "line 1")]
    [InlineData("{\"timestamp\": 1, \"input_length\": -3, \"output_length\": 1}", "line 1")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16,12,x", "line 2")]
    [InlineData("hello", "line 1")]
    [InlineData("{\"timestamp\": 1, \"input_length\": 3, \"output_length\": 1}\n{broken", "line 2")]
    public void What_is_wrong_is_said_with_its_line(string text, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static RequestTrace Read(string text) => RequestTrace.Read(new StringReader(text));
}
