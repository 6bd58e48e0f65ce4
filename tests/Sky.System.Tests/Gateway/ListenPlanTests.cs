using Sky.Core;
using Sky.Gateway.Hosting;
using Sky.Gateway.Ingress;
using Xunit;

namespace Sky.SystemTests.Gateway;

public sealed class ListenPlanTests
{
    [Theory]
    [InlineData("http://0.0.0.0:30000", false, "SKY_GATEWAY_LISTEN=http://0.0.0.0:30000 is reachable from outside and has no TLS: use 127.0.0.1, or https with SKY_TLS_CERT")]
    [InlineData("http://192.0.2.1:30000", false, "SKY_GATEWAY_LISTEN")]
    [InlineData("http://0.0.0.0:30000", true, null)]
    [InlineData("https://0.0.0.0:30000", false, null)]
    [InlineData("http://127.0.0.1:30000", false, null)]
    [InlineData("http://[::1]:30000", false, null)]
    [InlineData("http://localhost:30000", false, null)]
    public void An_address_beyond_loopback_without_tls_needs_insecure(string listen, bool insecure, string? problem)
    {
        var told = Problem(new GatewayOptions { Home = new SkyHome("/"), Listen = new Uri(listen), Insecure = insecure, Controller = new Uri("http://127.0.0.1:1"), Token = "t" });

        if (problem is null)
        {
            Assert.Null(told);
        }
        else
        {
            Assert.Contains(problem, told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_address_for_http2_in_the_clear_is_under_the_same_rule()
    {
        var told = Problem(new GatewayOptions
        {
            Home = new SkyHome("/"), Listen = new Uri("http://127.0.0.1:30000"), H2cListen = new Uri("http://0.0.0.0:30001"), Controller = new Uri("http://127.0.0.1:1"), Token = "t",
        });

        Assert.Contains("SKY_GATEWAY_H2C_LISTEN", told, StringComparison.Ordinal);
    }

    private static string? Problem(GatewayOptions options) => ListenPlan.Problem(options, ListenPlan.From(options));
}
