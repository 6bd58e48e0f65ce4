using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Sky.Gateway.Routing.Models;
using Xunit;

namespace Sky.SystemTests.Gateway.Models;

/// <summary>What is read out of a body and changed in it does not depend on how it was cut into pieces.</summary>
public sealed class ModelBodyTests
{
    private const string Sample = """{ "model" : "é\"x" , "n":2,"messages":[{"role":"user","content":"größe 😀"}], "stream":true,"max_tokens":7 ,"user":"u"}""";

    public static TheoryData<int> CutsOfTheSample() => [.. Enumerable.Range(0, Encoding.UTF8.GetByteCount(Sample) + 1)];

    [Theory]
    [MemberData(nameof(CutsOfTheSample))]
    public void A_cut_changes_nothing(int cut)
    {
        var bytes = Cut(Encoding.UTF8.GetBytes(Sample), cut);
        Assert.True(Utf8Text.IsValid(bytes));
        var scan = new JsonCallScan(bytes);
        Assert.Null(scan.Run());
        Assert.Equal("é\"x", scan.Model);
        Assert.Equal(7, scan.MaxTokens);
        Assert.Equal(2, scan.Choices);
        Assert.True(scan.Stream);
        Assert.Equal("u", scan.User);
        Assert.Equal("""[{"role":"user","content":"größe 😀"}]""", Encoding.UTF8.GetString(bytes.Slice(scan.Prompt.Start, scan.Prompt.Length)));
        var body = new ModelBody(PipeReader.Create(bytes), bytes) { Shape = scan.Shape };
        body.SetModel("first");
        body.SetModel("org/näme");
        body.AskForUsage(continuous: false);
        var sent = Sent(body);
        Assert.Equal(body.Length, Encoding.UTF8.GetByteCount(sent));
        var read = JsonNode.Parse(sent)!;
        Assert.Equal("org/näme", (string?)read["model"]);
        Assert.True((bool)read["stream_options"]!["include_usage"]!);
        Assert.Equal("größe 😀", (string?)read["messages"]![0]!["content"]);
    }

    [Theory]
    [InlineData("""{"model":"m"}""", false)]
    [InlineData("""{"model":"m","stream_options":{}}""", false)]
    [InlineData("""{"model":"m","stream_options": { } }""", false)]
    [InlineData("""{"stream_options":null,"model":"m"}""", false)]
    [InlineData("""{"model":"m","stream_options":{"include_usage":false}}""", false)]
    [InlineData("""{"model":"m","stream_options":{"include_usage":null,"x":1}}""", false)]
    [InlineData("""{"model":"m","stream_options":{"x":{"include_usage":true}}}""", false)]
    [InlineData("""{"model":"m","stream_options":{"x":[1],"include_usage":true}}""", true)]
    public void Usage_is_asked_for_whatever_the_client_said_of_it(string text, bool asked)
    {
        var bytes = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text));
        var scan = new JsonCallScan(bytes);
        Assert.Null(scan.Run());
        Assert.Equal(asked, scan.IncludeUsage);
        var body = new ModelBody(PipeReader.Create(bytes), bytes) { Shape = scan.Shape };
        body.AskForUsage(continuous: false);
        body.AskForUsage(continuous: false);
        var sent = Sent(body);
        var read = JsonNode.Parse(sent)!;
        Assert.True((bool)read["stream_options"]!["include_usage"]!);
        Assert.Equal("m", (string?)read["model"]);
        Assert.Equal(text.Contains("\"x\"", StringComparison.Ordinal), read["stream_options"]!["x"] is not null);
    }

    /// <summary>Nothing of a long prompt is copied on its way from the server's memory to the replica, and nothing of its length is needed beside it.</summary>
    [Fact]
    public void A_prompt_of_eight_mebibytes_is_read_and_edited_where_it_lies()
    {
        var text = Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{"role":"user","content":"{{new string('é', 4 << 20)}}"}],"stream":true}""");
        var bytes = Pieces.Of(text, 4096);
        var piece = new byte[16384];
        Pass(Pieces.Of([.. text[..101], .. text[^40..]], 64), piece);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(text.Length - 1 + "longer".Length + "\"stream_options\":{\"include_usage\":true},".Length, Pass(bytes, piece));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16384);
    }

    [Fact]
    public void A_body_that_was_given_back_cannot_be_read()
    {
        var bytes = new ReadOnlySequence<byte>("{}"u8.ToArray());
        var body = new ModelBody(PipeReader.Create(bytes), bytes);
        using var stream = new ModelBodyStream(body);
        body.Release();
        body.Release();
        Assert.Throws<IOException>(() => stream.Read(new byte[10]));
    }

    [Theory]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    [InlineData(new byte[] { 0xE2, 0x28, 0xA1 })]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98, 0x41 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0x80 })]
    public void Broken_text_is_found_wherever_it_is_cut(byte[] broken)
    {
        byte[] text = [.. "aé"u8, .. broken];
        for (var cut = 0; cut <= text.Length; cut++)
        {
            Assert.False(Utf8Text.IsValid(Cut(text, cut)));
            Assert.False(Utf8Text.IsValid(Cut([.. text, (byte)'b'], cut)));
        }
    }

    [Fact]
    public void Text_is_text_when_every_byte_is_a_piece()
    {
        var text = Encoding.UTF8.GetBytes("aé€😀b");
        Assert.True(Utf8Text.IsValid(Pieces.Of([.. text.Select(b => new[] { b })])));
        Assert.False(Utf8Text.IsValid(Pieces.Of([.. text[..^2].Select(b => new[] { b })])));
    }

    /// <summary>The bytes that a replica gets.</summary>
    private static long Pass(ReadOnlySequence<byte> bytes, byte[] piece)
    {
        var scan = new JsonCallScan(bytes);
        Assert.True(Utf8Text.IsValid(bytes));
        Assert.Null(scan.Run());
        var body = new ModelBody(PipeReader.Create(bytes), bytes) { Shape = scan.Shape };
        body.SetModel("longer");
        body.AskForUsage(continuous: false);
        using var stream = new ModelBodyStream(body);
        var sent = 0L;
        while (stream.Read(piece) is > 0 and var read)
        {
            sent += read;
        }

        return sent;
    }

    private static string Sent(ModelBody body)
    {
        using var stream = new ModelBodyStream(body);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static ReadOnlySequence<byte> Cut(byte[] bytes, int at) => Pieces.Of([bytes[..at], bytes[at..]]);
}
