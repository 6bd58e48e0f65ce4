using System.Text.Json;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Gateway;
using Sky.Testing.Processes;
using static Sky.SystemTests.Processes.ServingTests;

namespace Sky.SystemTests.Processes;

/// <summary>The real gateway killed with -9 around the writing of its snapshot.</summary>
public sealed class GatewaySnapshotTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_moment_of_writing_it_leaves_a_whole_snapshot_and_the_next_one_clears_up()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var sky = new SkyMachine();
        await using var controller = new FakeController();
        await controller.StartAsync();
        sky.Environment["SKY_CONTROLLER_URL"] = controller.Address.AbsoluteUri;
        sky.Environment["SKY_CONTROLLER_TOKEN"] = FakeController.Token;
        var snapshot = Path.Combine(sky.Home, "gateway-snapshot.json");
        var number = 0;
        for (var round = 0; round < 6; round++)
        {
            var draft = Path.Combine(sky.Home, $".gateway-snapshot.json.{round}.tmp");
            await File.WriteAllTextAsync(draft, """{"services":[{"service":"llm","repl""", Cancel);
            using var gateway = sky.Start("gateway", "run");
            await SkyMachine.UntilAsync(() => Task.FromResult(sky.GatewayPid == gateway.Id), $"a gateway (seed {seed})", seconds: 60);
            Assert.False(File.Exists(draft));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var changes = ChangeAsync(controller, () => number++, stop.Token);
            if (round == 0)
            {
                // However slow the machine is: the first one is there, and the next ones are killed while they write it anew.
                await SkyMachine.UntilAsync(() => Task.FromResult(File.Exists(snapshot)), $"a snapshot (seed {seed})", seconds: 120);
            }

            await Task.Delay(random.Next(600, 1600), Cancel);

            SkyMachine.Kill9(gateway.Id);
            await gateway.WaitForExitAsync(Cancel);
            await stop.CancelAsync();
            await changes;

            Assert.DoesNotContain("Cannot read", await gateway.StandardOutput.ReadToEndAsync(Cancel), StringComparison.Ordinal);
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(snapshot, Cancel));
            Assert.Equal(JsonValueKind.Array, document.RootElement.GetProperty("services").ValueKind);
        }

        sky.Environment.Remove("SKY_CONTROLLER_URL");
        sky.Environment.Remove("SKY_CONTROLLER_TOKEN");
    }

    [Fact]
    public async Task A_truncated_snapshot_is_ignored_and_the_controllers_word_is_served()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");
        var snapshot = Path.Combine(sky.Home, "gateway-snapshot.json");
        await SkyMachine.UntilAsync(async () => File.Exists(snapshot) && (await File.ReadAllTextAsync(snapshot, Cancel)).Contains("svc", StringComparison.Ordinal), "a snapshot of it");
        var whole = await File.ReadAllBytesAsync(snapshot, Cancel);
        await File.WriteAllBytesAsync(snapshot, whole[..(whole.Length / 2)], Cancel);
        var killed = sky.GatewayPid!.Value;
        SkyMachine.Kill9(killed);

        await SkyMachine.UntilAsync(() => Task.FromResult(sky.GatewayPid is { } pid && pid != killed), "another gateway", seconds: 60);
        await SkyMachine.UntilAsync(async () => (await File.ReadAllBytesAsync(snapshot, Cancel)).Length >= whole.Length, "a whole snapshot again", seconds: 60);
        Assert.Contains("it is ignored", await File.ReadAllTextAsync(Path.Combine(sky.Home, "gateway.log"), Cancel), StringComparison.Ordinal);
        Assert.Contains("tag=v1", await GetAsync(sky, "svc"), StringComparison.Ordinal);
    }

    /// <summary>Changes what the controller says of many services all the time, so that a large snapshot is written again and again.</summary>
    private static async Task ChangeAsync(FakeController controller, Func<int> next, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var number = next();
            for (var index = 0; index < 200; index++)
            {
                controller.Set(Service(index, number));
            }

            await Task.WhenAny(Task.Delay(20, cancellationToken));
        }
    }

    private static ServiceEndpoints Service(int index, int number) => new()
    {
        Service = new ServiceName($"s{index}"),
        Replicas = [new ReplicaEndpoint { Id = new ReplicaId(1 + number), Version = 1, Address = new Uri("http://127.0.0.1:1") }],
        LoadBalancingPolicy = "least_load",
        StreamTimeoutSeconds = 120,
        CanWait = true,
        Hold = new HoldSpec(),
        ReadinessProbe = new ReadinessProbeSpec(),
    };
}
