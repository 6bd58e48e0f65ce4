using Sky.Cli;
using Sky.Cli.Hosting;
using Sky.Cli.Terminal;

namespace Sky.SystemTests.Cli;

/// <summary>Settings that are sizes.</summary>
public sealed class SizeSettingTests
{
    [Theory]
    [InlineData(null, 32L << 20)]
    [InlineData("1048576", 1L << 20)]
    [InlineData("64K", 64L << 10)]
    [InlineData("8m", 8L << 20)]
    [InlineData("1G", 1L << 30)]
    public void A_size_may_be_written_so(string? text, long bytes) => Assert.Equal(bytes, Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("12X")]
    [InlineData("-1M")]
    [InlineData("1.5M")]
    [InlineData("1023")]
    [InlineData("2G")]
    [InlineData("9223372036854775807G")]
    public void What_is_no_size_is_an_error_that_names_the_option(string text)
    {
        var failure = Assert.Throws<CliException>(() => Read(text));
        Assert.Equal(2, (int)failure.ExitCode);
        Assert.Contains("--gateway-max-body", failure.Message, StringComparison.Ordinal);
    }

    private static long Read(string? text)
    {
        using var interrupts = new Interrupts();
        var context = new CliContext
        {
            Screen = new Screen(TextWriter.Null, TextWriter.Null, TextReader.Null),
            Environment = new Dictionary<string, string> { ["HOME"] = "/", ["OTHER"] = "" },
            CurrentDirectory = "/",
            Self = [],
            Time = TimeProvider.System,
            Interrupts = interrupts,
        };
        return new SettingReader(context, _ => text).Bytes("SKY_GATEWAY_MAX_BODY", 32 << 20);
    }
}
