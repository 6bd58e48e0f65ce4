using Sky.Providers.Clouds;
using Xunit;

namespace Sky.Providers.Tests.Clouds;

public sealed class AllowedSourcesTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData(" ", "")]
    [InlineData("203.0.113.7", "203.0.113.7/32")]
    [InlineData(" 203.0.113.7 , 198.51.100.9/24,203.0.113.7/32", "198.51.100.0/24 203.0.113.7/32")]
    [InlineData("2001:db8::1,2001:db8:1::/48", "2001:db8:1::/48 2001:db8::1/128")]
    public void Addresses_and_ranges_are_read(string? text, string ranges) => Assert.Equal(ranges, string.Join(' ', AllowedSources.Parse(text).Ranges));

    [Theory]
    [InlineData("everyone")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("*")]
    public void What_is_none_or_everybody_is_refused(string text) =>
        Assert.Contains($"Found: '{text}'", Assert.Throws<FormatException>(() => AllowedSources.Parse("203.0.113.7," + text)).Message, StringComparison.Ordinal);
}
