using Sky.Testing.Processes;
using static Sky.SystemTests.Processes.ServingTests;

namespace Sky.SystemTests.Processes;

/// <summary>A command that waits for a version ends when that version is no longer the one that is meant to serve.</summary>
public sealed class OvertakenTests
{
    private const string NeverListens = """
        service:
          readiness_probe: {path: /health, initial_delay_seconds: 600}
          replicas: 1
        run: |
          : $SKY_PORT
          sleep 600
        """;

    [Fact]
    public async Task An_update_that_is_rolled_back_meanwhile_ends_and_says_so()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");
        await sky.WaitAsync("svc", Ready(1), "a ready replica");
        var update = sky.RunAsync("serve", "update", "svc", sky.WriteFile("svc/v2.yaml", NeverListens), "-y");
        await SkyMachine.UntilAsync(
            async () => (await sky.RunAsync("serve", "history", "svc")).Output.Contains("\n2 ", StringComparison.Ordinal), "version 2 is there");

        await sky.OkAsync("serve", "rollback", "svc", "-y");

        var ended = await update.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("version 1 took its place", ended.All, StringComparison.Ordinal);
    }
}
