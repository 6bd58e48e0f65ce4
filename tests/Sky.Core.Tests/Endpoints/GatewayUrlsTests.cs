using Sky.Core.Endpoints;

namespace Sky.Core.Tests.Endpoints;

public sealed class GatewayUrlsTests
{
    private static readonly GatewayUrls _urls = new("http://gw:30000", "https://gw:30443");

    [Theory]
    [InlineData(false, null, "http://gw:30000")]
    [InlineData(false, true, "http://gw:30000")]
    [InlineData(true, null, "https://gw:30443")]
    [InlineData(true, true, "https://gw:30443")]
    [InlineData(true, false, "http://gw:30000")]
    public void A_certificate_is_at_the_https_url_unless_nobody_serves_it(bool hasCertificate, bool? served, string url) =>
        Assert.Equal(url, _urls.For(hasCertificate, served));

    [Fact]
    public void Https_is_served_when_any_gateway_says_so_and_not_known_when_none_says_anything()
    {
        Assert.Null(GatewayUrls.HttpsServed([]));
        Assert.Null(GatewayUrls.HttpsServed([null, null]));
        Assert.False(GatewayUrls.HttpsServed([null, ["http://127.0.0.1:30000"]]));
        Assert.True(GatewayUrls.HttpsServed([["http://127.0.0.1:30000"], ["http://127.0.0.1:30001", "https://127.0.0.1:30443"]]));
    }
}
