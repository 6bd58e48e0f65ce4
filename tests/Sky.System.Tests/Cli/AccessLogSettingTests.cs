using Sky.Cli;
using Sky.Cli.Hosting;
using Sky.Cli.Terminal;

namespace Sky.SystemTests.Cli;

/// <summary>Where the access log goes.</summary>
public sealed class AccessLogSettingTests
{
    [Theory]
    [InlineData(null, "/home/.skyswarm/access.log")]
    [InlineData("off", "off")]
    [InlineData("stdout", "stdout")]
    [InlineData("/var/log/a.log", "/var/log/a.log")]
    [InlineData("logs/a.log", "/srv/logs/a.log")]
    public void It_is_a_word_or_a_file(string? text, string expected)
    {
        var settings = Read(text);
        Assert.Equal(expected, settings.GatewayAccessLog);

        // What a process in the background is started with means the same there.
        Assert.Equal(text is not null, settings.ToVariables().TryGetValue("SKY_GATEWAY_ACCESS_LOG", out var passed));
        Assert.Equal(text is null ? null : expected, passed);
    }

    [Fact]
    public void A_folder_is_an_error_that_names_the_option()
    {
        var failure = Assert.Throws<CliException>(() => Read("/"));
        Assert.Equal(2, (int)failure.ExitCode);
        Assert.Contains("--gateway-access-log", failure.Message, StringComparison.Ordinal);
    }

    private static Settings Read(string? text)
    {
        using var interrupts = new Interrupts();
        var context = new CliContext
        {
            Screen = new Screen(TextWriter.Null, TextWriter.Null, TextReader.Null),
            Environment = new Dictionary<string, string> { ["HOME"] = "/home" },
            CurrentDirectory = "/srv",
            Self = [],
            Interrupts = interrupts,
        };
        return Settings.Read(context, name => name == "--gateway-access-log" ? text : null);
    }
}
