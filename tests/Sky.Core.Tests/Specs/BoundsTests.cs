using System.Text;
using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class BoundsTests
{
    private static SpecProblem Error(byte[] content) => Assert.Single(SpecReader.Read(content, SpecFiles.Options).Errors);

    [Fact]
    public void A_file_of_ten_megabytes_is_refused() =>
        Assert.Equal(
            "The file has more than the 1048576 bytes that a service file may have. Is it the right file?",
            Error(Encoding.UTF8.GetBytes(new string('a', 10_000_000))).Message);

    [Theory]
    [InlineData("service:\n  readiness_probe: /\n\treplicas: 1\nrun: x\n", 3)]
    [InlineData("service:\n  readiness_probe: /\nrun: |\n\techo x\n", 4)]
    [InlineData("a:\n  b: 1\n  \tc: 2\n", 3)]
    public void A_tab_is_told_at_its_own_line(string text, int line)
    {
        var error = SpecFiles.Error(text);

        Assert.Equal(line, error.Line);
        Assert.Contains("tab", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bracket_that_is_never_closed_is_told_where_the_reading_ended() => Assert.Equal(2, SpecFiles.Error("a: 1\nb: [1\nc: 2\n").Line);

    [Fact]
    public void A_binary_file_is_refused_where_it_turns_binary()
    {
        var error = Error([.. "run: a\nb: \0"u8]);

        Assert.Equal(2, error.Line);
        Assert.Contains("binary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused() =>
        Assert.Contains("UTF-8", Error([.. "run: "u8, 0xFF, 0xFE]).Message, StringComparison.Ordinal);

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_text() =>
        Assert.True(SpecReader.Read(new byte[] { 0xEF, 0xBB, 0xBF }.Concat(Encoding.UTF8.GetBytes(SpecFiles.Service("replicas: 1"))).ToArray(), SpecFiles.Options).Ok);

    [Fact]
    public void An_alias_bomb_is_refused()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 12; level++)
        {
            text.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        }

        Assert.Contains("aliases", SpecFiles.Error(text.ToString()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Nesting_without_end_is_refused(string opening) =>
        Assert.NotEmpty(SpecFiles.Read(string.Concat(Enumerable.Repeat(opening, 100_000))).Errors);

    [Fact]
    public void Deep_nesting_through_aliases_is_refused()
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (var level = 1; level < 200; level++)
        {
            text.Append($"a{level}: &a{level} [*a{level - 1}]\n");
        }

        Assert.Contains("nested", SpecFiles.Error(text.ToString()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("# nothing\n", "empty")]
    [InlineData("---\n", "empty")]
    [InlineData("- a\n- b\n", "a list")]
    [InlineData("hello", "a single value")]
    [InlineData("a: *b", "names no anchor")]
    [InlineData("a: &x [*x]", "names no anchor")]
    [InlineData("a: [1\nb: 2", "not valid YAML")]
    [InlineData("a: !mine 1", "tag")]
    [InlineData("a: !!set {x, y}", "tag")]
    [InlineData("? [a, b]\n: c", "key")]
    public void What_is_no_service_file_is_said_in_one_error(string text, string words) =>
        Assert.Contains(words, SpecFiles.Error(text).Message, StringComparison.Ordinal);

    [Fact]
    public void A_header_document_names_the_service()
    {
        Assert.Equal("pipeline", SpecFiles.Spec($"name: pipeline\nexecution: serial\n---\n{SpecFiles.Service("replicas: 1")}").Name);
        Assert.Equal("own", SpecFiles.Spec($"name: pipeline\n---\nname: own\n{SpecFiles.Service("replicas: 1")}").Name);
    }

    [Fact]
    public void A_second_task_is_an_error_at_its_line()
    {
        var error = SpecFiles.Error("run: a\n---\nrun: b\n");

        Assert.Equal(3, error.Line);
        Assert.Contains("Only one task document", error.Message, StringComparison.Ordinal);
    }
}
