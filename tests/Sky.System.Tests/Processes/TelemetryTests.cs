using System.Text.Json;
using Sky.SystemTests.Gateway.Telemetry;
using Sky.Testing.Gateway;
using Sky.Testing.Processes;
using static Sky.SystemTests.Processes.ServingTests;

namespace Sky.SystemTests.Processes;

/// <summary>With the real program: what a user sets where the controller is started reaches the gateway.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Traces_go_to_the_collector_and_a_line_to_the_access_log()
    {
        await using var collector = await Collector.StartAsync();
        await using var sky = new SkyMachine();
        foreach (var (name, value) in collector.Variables)
        {
            sky.Environment[name] = value;
        }

        await sky.OkAsync("controller", "start");
        using var answer = await sky.Client.GetAsync($"{sky.GatewayUrl}/services/nothing/?a=b", TestContext.Current.CancellationToken);
        await GatewayTestBed.UntilAsync(() => collector.Text("/v1/traces").Contains("service_not_found", StringComparison.Ordinal), "the trace");
        var log = Path.Combine(sky.Home, "access.log");
        await GatewayTestBed.UntilAsync(() => File.Exists(log) && File.ReadAllText(log).EndsWith('\n'), "the line");
        var line = JsonDocument.Parse(File.ReadLines(log).First()).RootElement;
        Assert.Equal(("/services/nothing/", "service_not_found"), (line.GetProperty("path").GetString(), line.GetProperty("error").GetString()));
        Assert.Equal(answer.Headers.GetValues("x-request-id").Single(), line.GetProperty("request_id").GetString());
    }
}
