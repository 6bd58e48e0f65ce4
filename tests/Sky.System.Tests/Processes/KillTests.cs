using System.Text.Json;
using Sky.Testing.Processes;
using static Sky.SystemTests.Processes.ServingTests;

namespace Sky.SystemTests.Processes;

/// <summary>kill -9 of everything that can be killed, with the real program: nothing is lost, started twice, or left without an owner.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task Controller_killed_drops_no_request_and_comes_back_with_the_same_replicas()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 2)), "-y");
        await sky.WaitAsync("svc", Ready(2), "two ready replicas");
        var pids = await PidsAsync(sky);
        var controller = sky.ControllerPid!.Value;
        await using var load = new SteadyLoad($"{sky.GatewayUrl}/services/svc/");
        await load.MoreAsync(50);

        SkyMachine.Kill9(controller);
        await SkyMachine.UntilAsync(() => Task.FromResult(sky.ControllerPid is { } pid && pid != controller), "the gateway brings the controller back");
        await sky.WaitAsync("svc", Ready(2), "two ready replicas");
        await load.MoreAsync(100);

        Assert.Empty(load.Failures);
        Assert.Equal(pids, await PidsAsync(sky));
        Assert.Equal([1, 2], Ids(await sky.StatusAsync("svc")));
    }

    [Fact]
    public async Task A_controller_that_lost_its_token_makes_another_and_the_gateway_finds_it()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");
        var (controller, gateway) = (sky.ControllerPid!.Value, sky.GatewayPid!.Value);

        File.Delete(Path.Combine(sky.Home, "token"));
        SkyMachine.Kill9(controller);
        await SkyMachine.UntilAsync(() => Task.FromResult(sky.ControllerPid is { } pid && pid != controller), "the gateway brings the controller back");

        await SkyMachine.UntilAsync(async () => (await sky.RunAsync("controller", "status")).Output.Contains(", connected", StringComparison.Ordinal), "the gateway is connected again");
        Assert.Equal(gateway, sky.GatewayPid);
    }

    [Fact]
    public async Task A_gateway_that_is_still_starting_when_everything_is_stopped_ends_by_itself()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("controller", "start");
        Assert.Contains("stopped; no replica runs.", (await sky.OkAsync("controller", "stop")).Output, StringComparison.Ordinal);
        var starting = sky.RunAsync("gateway", "run");
        File.SetLastWriteTimeUtc(Path.Combine(sky.Home, "stopped"), DateTime.UtcNow.AddSeconds(5));
        Assert.Equal(0, (await starting).ExitCode);
        Assert.Null(sky.GatewayPid);
    }

    [Fact]
    public async Task A_controller_whose_token_is_gone_is_not_told_to_be_stopped()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("controller", "start");
        var token = Path.Combine(sky.Home, "token");
        var kept = await File.ReadAllTextAsync(token, TestContext.Current.CancellationToken);
        File.Delete(token);
        var stop = await sky.RunAsync("controller", "stop");
        await File.WriteAllTextAsync(token, kept, TestContext.Current.CancellationToken);
        Assert.Equal((4, ""), (stop.ExitCode, stop.Output));
        Assert.Contains("token is missing", stop.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_killed_loses_no_replica_and_comes_back()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 2)), "-y");
        var pids = await PidsAsync(sky);
        var gateway = sky.GatewayPid!.Value;

        SkyMachine.Kill9(gateway);
        await SkyMachine.UntilAsync(() => Task.FromResult(sky.GatewayPid is { } pid && pid != gateway), "the controller brings the gateway back");
        await SkyMachine.UntilAsync(() => AnswersAsync(sky), "the gateway answers");

        Assert.Equal(pids, await PidsAsync(sky));
        Assert.Equal([1, 2], Ids(await sky.StatusAsync("svc")));
    }

    [Fact]
    public async Task Runner_killed_takes_its_replica_along_which_is_replaced()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 2)), "-y");
        await sky.WaitAsync("svc", Ready(2), "two ready replicas");

        SkyMachine.Kill9(sky.Runners()[0]);
        var status = await sky.WaitAsync("svc", next => Ready(2)(next) && Ids(next).Contains(3), "replica 3 in its place");

        Assert.Equal(2, SkyMachine.WithCommand($"{SkyProgram.TestReplica} ").Count(pid => Bears(pid, sky)));
        Assert.Equal(2, sky.Runners().Count);
    }

    [Fact]
    public async Task A_get_in_flight_on_the_only_replica_when_it_is_killed_is_answered_by_its_replacement()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml()), "-y");
        var waiting = Enumerable.Range(0, 5).Select(_ => GetAsync(sky, "svc", "/slow?ms=1500")).ToList();
        await sky.WaitAsync("svc", next => Live(next).Sum(replica => replica.TryGetProperty("inFlight", out var count) ? count.GetInt32() : 0) == 5, "all of them in flight");

        SkyMachine.Kill9(SkyMachine.WithCommand($"{SkyProgram.TestReplica} ").Single(pid => Bears(pid, sky)));

        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal("id=2 tag=v1", answer));
    }

    [Fact]
    public async Task All_killed_at_once_is_mended_by_the_next_command_with_the_same_ids()
    {
        await using var sky = new SkyMachine();
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 2)), "-y");
        await sky.WaitAsync("svc", Ready(2), "two ready replicas");

        foreach (var pid in sky.Runners().Append(sky.ControllerPid!.Value).Append(sky.GatewayPid!.Value).ToList())
        {
            SkyMachine.Kill9(pid);
        }

        // Until the next controller has looked, it shows what was stored.
        await sky.WaitAsync("svc", next => Ready(2)(next) && !Live(next).Any(replica => replica.GetProperty("id").GetInt32() <= 2), "two ready replicas in place of the dead");
        Assert.Contains("tag=v1", await GetAsync(sky, "svc"), StringComparison.Ordinal);
        Assert.Equal(2, SkyMachine.WithCommand($"{SkyProgram.TestReplica} ").Count(pid => Bears(pid, sky)));
    }

    /// <summary>Kills at random moments of every verb. The seed is in the failure's text.</summary>
    [Theory]
    [Trait("Category", "Heavy")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(0)]
    public async Task Random_kills_during_every_verb_leave_one_consistent_world(int given)
    {
        var seed = given == 0 ? Environment.TickCount : given;
        var random = new Random(seed);
        await using var sky = new SkyMachine();
        try
        {
            var version = 1;
            await DisturbedAsync(sky, random, "serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 2)), "-y");
            // What the killed command did not say to the controller was never asked for: say it again.
            await sky.RunAsync("serve", "up", Path.Combine(sky.Files, "svc/sky-serve.yaml"), "-y");
            foreach (var verb in Enumerable.Range(0, 5).Select(_ => random.Next(4)))
            {
                string[] command = verb switch
                {
                    0 => ["serve", "update", "svc", sky.WriteFile("svc/next.yaml", TestService.Yaml(replicas: 2, tag: $"t{++version}")), "--mode", "rolling", "-y"],
                    1 => ["serve", "update", "svc", sky.WriteFile("svc/next.yaml", TestService.Yaml(replicas: 2, tag: $"t{++version}")), "--mode", "blue_green", "-y"],
                    2 => ["serve", "scale", "svc", $"{random.Next(1, 4)}", "-y"],
                    _ => ["serve", "rollback", "svc", "-y"],
                };
                await DisturbedAsync(sky, random, command);
            }

            await sky.OkAsync("serve", "scale", "svc", "2", "-y");
            var status = await sky.WaitAsync("svc", next => Ready(2)(next) && Versions(next).Count == 1, "two ready replicas of one version", seconds: 120);
            var ids = Ids(status);
            Assert.Equal(ids.Count, ids.Distinct().Count());
            await SkyMachine.UntilAsync(() => Task.FromResult(SkyMachine.WithCommand($"{SkyProgram.TestReplica} ").Count(pid => Bears(pid, sky)) == 2), "exactly two replicas run");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Seed {seed}: {e.Message}\n{sky.Diagnose()}", e);
        }
    }

    private static async Task DisturbedAsync(SkyMachine sky, Random random, params string[] command)
    {
        var run = sky.RunAsync(command);
        for (var i = 0; i < 2; i++)
        {
            await Task.Delay(random.Next(50, 1500), TestContext.Current.CancellationToken);
            int?[] victims = random.Next(4) switch
            {
                0 => [sky.ControllerPid],
                1 => [sky.GatewayPid],
                2 => [sky.Runners().Select(pid => (int?)pid).FirstOrDefault()],
                _ => [sky.ControllerPid, sky.GatewayPid, .. sky.Runners().Select(pid => (int?)pid)],
            };
            foreach (var pid in victims)
            {
                if (pid is { } victim)
                {
                    SkyMachine.Kill9(victim);
                }
            }
        }

        // Killed under its feet, the command may fail; it may not hang and it may not lie about the state afterwards.
        await run;
    }

    private static bool Bears(int pid, SkyMachine sky) =>
        File.Exists($"/proc/{pid}/cwd") || Directory.Exists($"/proc/{pid}/cwd")
            ? (new FileInfo($"/proc/{pid}/cwd").LinkTarget ?? "").StartsWith(sky.Home, StringComparison.Ordinal)
            : false;

    private static async Task<IReadOnlyList<int>> PidsAsync(SkyMachine sky)
    {
        await SkyMachine.UntilAsync(() => Task.FromResult(sky.Runners().Count == 2), "two runners");
        return sky.Runners();
    }

    private static async Task<bool> AnswersAsync(SkyMachine sky)
    {
        try
        {
            using var answer = await sky.Client.GetAsync($"{sky.GatewayUrl}/services/svc/");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
