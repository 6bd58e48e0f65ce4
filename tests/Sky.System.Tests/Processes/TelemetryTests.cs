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

    [Fact]
    public async Task The_runtime_learns_while_a_gateway_runs_and_an_access_log_that_cannot_be_written_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "skipped: only Linux shows a process's environment");
        await using var sky = new SkyMachine();
        var log = Path.Combine(sky.WriteFile("a-file", ""), "access.log");
        sky.Environment["SKY_GATEWAY_ACCESS_LOG"] = log;
        await sky.OkAsync("controller", "start");
        await GatewayTestBed.UntilAsync(() => sky.GatewayPid is not null, "a gateway");
        Assert.Contains("DOTNET_TieredPGO=1", (await VariablesAsync(sky.GatewayPid!.Value)), StringComparer.Ordinal);
        Assert.DoesNotContain("DOTNET_TieredPGO=1", (await VariablesAsync(sky.ControllerPid!.Value)), StringComparer.Ordinal);
        using var answer = await sky.Client.GetAsync($"{sky.GatewayUrl}/services/nothing/", TestContext.Current.CancellationToken);
        await SkyMachine.UntilAsync(async () => (await sky.OkAsync("controller", "status")).Output.Contains($"cannot write {log}: ", StringComparison.Ordinal), "the trouble being told");
    }

    private static async Task<string[]> VariablesAsync(int pid) =>
        (await File.ReadAllTextAsync($"/proc/{pid}/environ", TestContext.Current.CancellationToken)).Split('\0');
}
