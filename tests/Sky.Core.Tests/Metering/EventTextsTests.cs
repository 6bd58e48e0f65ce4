using System.Text;
using System.Text.Json;
using CsCheck;
using Sky.Core.Metering;

namespace Sky.Core.Tests.Metering;

/// <summary>Streams whose events carry several tokens, and that do not say how many.</summary>
public sealed class EventTextsTests
{
    /// <summary>Events of up to 16 bytes are one token each; of the others the words are counted, as the counter of these tests does.</summary>
    [Fact]
    public void Small_events_are_a_token_each_and_the_text_of_large_ones_is_counted()
    {
        var words = new WordCounter();
        var reader = Read(words, "Hi", "one two three four five", "there", "six seven eight nine ten");
        Assert.Equal((12, false), (reader.Tokens(0).Completion, reader.IsExact));
        Assert.Equal(["one two three four five", "six seven eight nine ten"], words.Seen);
    }

    [Fact]
    public void Until_the_end_nothing_is_counted_and_a_stream_that_says_its_usage_never_is()
    {
        var words = new WordCounter();
        var reader = Read(words, "one two three four five", "six seven eight nine ten");
        Assert.Equal(12, reader.SoFar(0).Completion);
        Assert.Empty(words.Seen);
        reader.Read("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":9}}\n\n"u8);
        Assert.Equal((true, new TokenUsage(4, 0, 9)), (reader.IsExact, reader.Tokens(0)));
        Assert.Empty(words.Seen);
        Assert.True(words.Prepared);
        reader.Read(Event("eleven twelve thirteen"));
        Assert.Equal((false, 12), (reader.IsExact, reader.Tokens(0).Completion));
    }

    [Fact]
    public void Streams_of_single_tokens_never_ask_for_a_vocabulary_and_count_their_events()
    {
        var words = new WordCounter();
        Assert.Equal(3, Read(words, "Hello", ",", " internatio").Tokens(0).Completion);
        Assert.False(words.Prepared);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_a_vocabulary_bytes_are_counted(bool without)
    {
        var reader = Read(without ? null : new WordCounter { Loaded = false }, "1234567890123456789012345678", "1234567890123456789012345678", "1234");
        Assert.Equal((60 + 3) / 4, reader.Tokens(0).Completion);
    }

    [Fact]
    public void An_event_that_is_not_complete_is_not_counted()
    {
        var words = new WordCounter();
        var reader = Read(words, "one two three four five");
        reader.Read(Event("six seven eight nine ten").AsSpan()[..^1]);
        Assert.Equal((1, 5), (reader.Events, reader.Tokens(0).Completion));
        Assert.Equal(5, reader.Tokens(0).Completion);
        reader.Read("\n"u8);
        Assert.Equal((2, 10), (reader.Events, reader.Tokens(0).Completion));
    }

    [Fact]
    public void Text_is_counted_where_it_stands_and_once()
    {
        var words = new WordCounter();
        var reader = new UsageReader(stream: true, counter: words);
        reader.Read("data: {\"type\":\"response.output_text.delta\",\"delta\":\"a bb ccc dddd eeeee\"}\n\n"u8);
        reader.Read("data: {\"text\":\"a bb ccc dddd eeeee\",\"type\":\"response.output_text.done\"}\n\n"u8);
        reader.Read("data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"one two three four\"}}\n\n"u8);
        Assert.Equal(9, reader.Tokens(0).Completion);
        Assert.Equal(["a bb ccc dddd eeeee", "one two three four"], words.Seen);
    }

    /// <summary>Whatever the texts, how they are escaped and where the stream is cut: the counter sees the text of each large event.</summary>
    [Fact]
    public void Texts_are_counted_as_a_json_reader_reads_them_wherever_they_are_cut() =>
        Gen.Select(Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Char[" "], Gen.Char["\"\\\n\té你/\u0001"]), 0, 60].Array[1, 12], Gen.Int[1, 40].Array[1, 20], Gen.Bool).Sample(
            (texts, cuts, ascii) =>
            {
                var bytes = texts.SelectMany(text => Event(text, ascii)).ToArray();
                var words = new WordCounter();
                var reader = new UsageReader(stream: true, counter: words);
                for (var (at, i) = (0, 0); at < bytes.Length; at += cuts[i++ % cuts.Length])
                {
                    reader.Read(bytes.AsSpan(at, Math.Min(cuts[i % cuts.Length], bytes.Length - at)));
                }

                // Written as \uXXXX, what has two bytes is counted as three: close to the bound either is right.
                var large = texts.Where(text => Encoding.UTF8.GetByteCount(text) > 16).ToArray();
                reader.Tokens(0);
                Assert.Equal(large, words.Seen.Where(seen => Encoding.UTF8.GetByteCount(seen) > 16));
            });

    [Fact]
    public void What_is_kept_is_bounded_and_a_very_large_event_is_counted_by_its_beginning()
    {
        var words = new WordCounter();
        var reader = new UsageReader(stream: true, counter: words);
        var word = "seven77 ";
        for (var i = 0; i < 1000; i++)
        {
            reader.Read(Event(string.Concat(Enumerable.Repeat(word, 8))));
        }

        reader.Read(Event(string.Concat(Enumerable.Repeat(word, 100_000))));
        Assert.Equal(108_000, reader.Tokens(0).Completion);
        Assert.All(words.Seen, text => Assert.InRange(text.Length, 1, EventTexts.Most));
    }

    [Theory]
    [InlineData(@"\u00e9\ud83d\ude00\n\""\/", "é😀\n\"/")]
    [InlineData(@"cut \u00", "cut u00")]
    [InlineData("cut \\", "cut ")]
    public void Escapes_are_read(string json, string text)
    {
        var characters = new char[json.Length];
        Assert.Equal(text, new string(characters, 0, JsonText.Decode(Encoding.UTF8.GetBytes(json), characters)));
    }

    private static UsageReader Read(ITokenCounter? counter, params string[] texts)
    {
        var reader = new UsageReader(stream: true, counter: counter);
        foreach (var text in texts)
        {
            reader.Read(Event(text));
        }

        return reader;
    }

    private static byte[] Event(string text, bool ascii = true)
    {
        var options = new JsonSerializerOptions { Encoder = ascii ? null : System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        return Encoding.UTF8.GetBytes("data: {\"choices\":[{\"delta\":{\"content\":" + JsonSerializer.Serialize(text, options) + "}}]}\n\n");
    }

    /// <summary>Takes words for tokens.</summary>
    private sealed class WordCounter : ITokenCounter
    {
        public bool Loaded { get; init; } = true;

        public bool Prepared { get; private set; }

        public List<string> Seen { get; } = [];

        public void Prepare() => Prepared = true;

        public int? Count(ReadOnlySpan<char> text)
        {
            if (!Loaded)
            {
                return null;
            }

            Seen.Add(text.ToString());
            return Seen[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        }
    }
}
