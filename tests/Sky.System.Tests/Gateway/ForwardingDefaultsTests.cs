using Microsoft.Extensions.DependencyInjection;
using Sky.Core;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Hosting;
using Sky.Gateway.Ingress;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>How long a gateway waits that nobody told otherwise.</summary>
public sealed class ForwardingDefaultsTests
{
    private static readonly GatewayOptions Options = new()
    {
        Home = new SkyHome(Path.GetTempPath()),
        Listen = new Uri("http://127.0.0.1:0"),
        Controller = new Uri("http://127.0.0.1:9"),
        Token = "none",
    };

    [Fact]
    public async Task Connecting_may_take_5_seconds_headers_600_and_a_stop_30()
    {
        await using var gateway = GatewayApplication.Build(Options, ListenPlan.From(Options), TimeProvider.System, "test", _ => { });

        Assert.Equal(
            new ForwardingLimits(Connect: TimeSpan.FromSeconds(5), Headers: TimeSpan.FromSeconds(600)),
            gateway.Services.GetRequiredService<ForwardingLimits>());
        Assert.Equal(TimeSpan.FromSeconds(30), Options.Drain);
    }

    [Theory]
    [InlineData(120, 600)]
    [InlineData(0.5, 600)]
    [InlineData(1000, 1005)]
    public void The_time_before_the_headers_does_not_follow_the_stream_timeout_until_that_is_longer(double stream, double before)
    {
        var limits = new ForwardingLimits(Options.ConnectTimeout, Options.HeadersTimeout);

        Assert.Equal(TimeSpan.FromSeconds(before), limits.ConfigFor(TimeSpan.FromSeconds(stream)).ActivityTimeout);
    }
}
