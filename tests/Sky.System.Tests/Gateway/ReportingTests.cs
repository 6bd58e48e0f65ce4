using Microsoft.Extensions.Time.Testing;
using Sky.Controller.Scaling;
using Sky.Gateway.Reporting;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway;

public sealed class ReportingTests
{
    [Fact]
    public async Task IdleGatewaySaysAgainAndAgainThatItIsThere()
    {
        Assert.True(ReportSender.MostSilence * 2 < GatewayReports.Silence);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var bed = new GatewayTestBed { Time = time };
        await bed.StartAsync(context => Task.CompletedTask);

        for (var signs = 0; signs < 3; signs++)
        {
            var seen = bed.Controller.Reports.Count(report => report.Services.Count == 0);
            await GatewayTestBed.UntilAsync(() =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return bed.Controller.Reports.Count(report => report.Services.Count == 0) > seen;
            });
        }
    }

    [Fact]
    public async Task Reports_say_where_the_gateway_listens()
    {
        await using var bed = new GatewayTestBed { Options = o => o with { TlsListen = new Uri("https://127.0.0.1:0") } };
        await bed.StartAsync(_ => Task.CompletedTask);

        var report = await bed.Controller.ReportAsync(r => r.Listens is not null, TestContext.Current.CancellationToken);

        Assert.Equal(bed.Addresses.Select(address => address.GetLeftPart(UriPartial.Authority)), report.Listens);
        Assert.StartsWith("https:", report.Listens![1], StringComparison.Ordinal);
    }
}
