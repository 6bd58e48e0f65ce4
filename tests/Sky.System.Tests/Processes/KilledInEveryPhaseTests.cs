using System.Globalization;
using System.Text.Json;
using Sky.Testing.Processes;
using Sky.Testing.Simulation;
using static Sky.SystemTests.Processes.ServingTests;

namespace Sky.SystemTests.Processes;

/// <summary>
/// kill -9 of controller, gateway, a runner, and all three at once, in every phase of every verb, with the real program. The moment within the phase is random;
/// the seed is in the output and in the failure's text.
/// </summary>
public sealed class KilledInEveryPhaseTests
{
    private const string Name = "svc";

    [Theory]
    [Trait("Category", "Heavy")]
    [InlineData(SimulatedFault.Controller)]
    [InlineData(SimulatedFault.Gateway)]
    [InlineData(SimulatedFault.Runner)]
    [InlineData(SimulatedFault.All)]
    public async Task No_replica_is_lost_or_started_twice_or_left_and_numbers_go_on(SimulatedFault victim)
    {
        await using var sky = new SkyMachine();
        var killer = new Killer(sky, victim, Environment.TickCount);
        try
        {
            await UpAsync(sky, killer, version: 1, () => ShownAsync(sky));
            await DownAsync(sky, killer: null);
            await UpAsync(sky, killer, version: 2, killer.StartedAsync);
            await DownAsync(sky, killer: null);
            await UpAsync(sky, killer, version: 3, () => ProbedAsync(sky, killer));
            await DownAsync(sky, killer: null);
            await UpAsync(sky, killer, version: 4, () => ReadyAsync(sky));

            await ChangeAsync(sky, killer, 2, 5, "serve", "update", Name, WriteFile(sky, 5), "--mode", "rolling", "-y");
            await ChangeAsync(sky, killer, 2, 6, "serve", "update", Name, WriteFile(sky, 6), "--mode", "blue_green", "-y");
            await ChangeAsync(sky, killer, 3, 6, "serve", "scale", Name, "3", "-y");
            await ChangeAsync(sky, killer, 3, 5, "serve", "rollback", Name, "--to", "5", "-y");
            using var history = JsonDocument.Parse((await sky.OkAsync("serve", "history", Name, "-o", "json")).Output);
            Assert.Equal(6, history.RootElement.GetProperty("versions").GetArrayLength());
            await DownAsync(sky, killer);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Seed {killer.Seed}: {e.Message}\n{sky.Diagnose()}", e);
        }
    }

    [Theory]
    [Trait("Category", "Heavy")]
    [InlineData(SimulatedFault.Controller)]
    [InlineData(SimulatedFault.Gateway)]
    [InlineData(SimulatedFault.Runner)]
    [InlineData(SimulatedFault.All)]
    public async Task An_autoscaled_target_does_not_fall_back_to_the_minimum(SimulatedFault victim)
    {
        await using var sky = new SkyMachine();
        var killer = new Killer(sky, victim, Environment.TickCount);
        var yaml = TestService.Yaml("replica_policy:\n  min_replicas: 1\n  max_replicas: 3\n  target_qps_per_replica: 1\n  upscale_delay_seconds: 1\n  downscale_delay_seconds: 600", replicas: null);
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", yaml), "-y");
        await using (var load = new SteadyLoad($"{sky.GatewayUrl}/services/{Name}/"))
        {
            await sky.WaitAsync(Name, Ready(3), "three ready replicas", seconds: 120);
        }

        var lost = await killer.KillAsync();
        var ids = Enumerable.Range(1, lost is null ? 3 : 4).Where(id => id != lost);
        bool Mended(JsonElement status) => Ready(3)(status) && Live(status).Select(replica => replica.GetProperty("id").GetInt32()).Order().SequenceEqual(ids);
        await sky.WaitAsync(Name, Mended, "three ready replicas", seconds: 120);

        // Several passes of the loop see no load and a delay that has not run out.
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        var last = await sky.StatusAsync(Name);
        Assert.True(Mended(last), last.ToString());
    }

    private static async Task UpAsync(SkyMachine sky, Killer killer, int version, Func<Task> phase)
    {
        string[] command = ["serve", "up", WriteFile(sky, version), "-n", Name, "-y"];
        await killer.DisturbAsync(phase, command);
        await CheckAsync(sky, killer, replicas: 2, version);
    }

    /// <summary>While the first replica that the command brings starts and those before it still serve.</summary>
    private static async Task ChangeAsync(SkyMachine sky, Killer killer, int replicas, int version, params string[] command)
    {
        await killer.DisturbAsync(killer.StartedAsync, command);
        await CheckAsync(sky, killer, replicas, version);
    }

    private static async Task DownAsync(SkyMachine sky, Killer? killer)
    {
        string[] command = ["serve", "down", Name, "-y"];
        if (killer is null)
        {
            await sky.OkAsync(command);
        }
        else
        {
            await killer.DisturbAsync(() => Task.CompletedTask, command);
        }

        await SkyMachine.UntilAsync(async () => (await sky.RunAsync("serve", "status", Name)).ExitCode == 3, "the service is gone", seconds: 120);
        await SkyMachine.UntilAsync(() => Task.FromResult(sky.Runners().Count == 0 && sky.Replicas().Count == 0), "nothing runs", seconds: 60);
    }

    /// <summary>The replicas that are shown run, nothing else does, each was started once, and the version is the one that was asked for.</summary>
    private static async Task CheckAsync(SkyMachine sky, Killer killer, int replicas, int version)
    {
        var status = await sky.WaitAsync(
            Name, next => Ready(replicas)(next) && Versions(next).SequenceEqual([version]) && !killer.Shows(next), $"{replicas} ready replicas of version {version}", seconds: 120);
        var shown = Live(status).Select(replica => replica.GetProperty("id").GetInt32()).Order().ToList();
        await SkyMachine.UntilAsync(() => Task.FromResult(sky.Replicas().Order().SequenceEqual(shown)), $"replicas {string.Join(", ", shown)} run and no other", seconds: 60);
        await SkyMachine.UntilAsync(() => AnswersAsync(sky, $"tag=v{version}"), "the gateway answers", seconds: 60);
        var starts = killer.Starts();
        Assert.Equal(starts.Distinct(), starts);
    }

    private static async Task ShownAsync(SkyMachine sky) =>
        await SkyMachine.UntilAsync(async () => (await sky.RunAsync("serve", "status", Name)).ExitCode == 0, "the service is known", seconds: 60);

    private static async Task ReadyAsync(SkyMachine sky)
    {
        await ShownAsync(sky);
        await sky.WaitAsync(Name, Ready(2), "two ready replicas");
    }

    /// <summary>It listens, and is not ready yet.</summary>
    private static async Task ProbedAsync(SkyMachine sky, Killer killer)
    {
        await killer.StartedAsync();
        var id = killer.Starts().Max();
        await SkyMachine.UntilAsync(() => Task.FromResult(sky.LogOf(Name, id).Contains("starts on port", StringComparison.Ordinal)), "it listens", seconds: 60);
    }

    private static async Task<bool> AnswersAsync(SkyMachine sky, string text)
    {
        try
        {
            using var answer = await sky.Client.GetAsync($"{sky.GatewayUrl}/services/{Name}/");
            return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync()).Contains(text, StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string WriteFile(SkyMachine sky, int version) => sky.WriteFile($"svc/v{version}.yaml", TestService.Yaml(
        replicas: 2, tag: $"v{version}", envs: [("START_DELAY_MS", "500"), ("READY_AFTER_MS", "1500")]).Replace(
        "run: exec", $"run: echo $SKYPILOT_SERVE_REPLICA_ID >> {Killer.StartsFile(sky)}; exec", StringComparison.Ordinal));

    /// <summary>Kills what it is told to, at a random moment of a phase.</summary>
    private sealed class Killer
    {
        private readonly SkyMachine _sky;
        private readonly SimulatedFault _victim;
        private readonly Random _random;
        private readonly HashSet<int> _lost = [];
        private int _startsBefore;

        public Killer(SkyMachine sky, SimulatedFault victim, int seed)
        {
            (_sky, _victim, Seed, _random) = (sky, victim, seed, new Random(seed));
            TestContext.Current.TestOutputHelper?.WriteLine($"{victim}, seed {seed}");
        }

        public int Seed { get; }

        public static string StartsFile(SkyMachine sky) => Path.Combine(sky.Files, "starts");

        /// <summary>The id of each start of a replica.</summary>
        public IReadOnlyList<int> Starts() => File.Exists(StartsFile(_sky))
            ? [.. File.ReadAllLines(StartsFile(_sky)).Select(line => int.Parse(line, CultureInfo.InvariantCulture))]
            : [];

        /// <summary>Returns when one more replica has been started than when the command was given.</summary>
        public Task StartedAsync() => SkyMachine.UntilAsync(() => Task.FromResult(Starts().Count > _startsBefore), "a replica starts", seconds: 60);

        /// <summary>Whether a replica whose runner was killed once it had begun is shown as one that lives.</summary>
        public bool Shows(JsonElement status) => Live(status).Any(replica => _lost.Contains(replica.GetProperty("id").GetInt32()));

        /// <summary>Gives the command, kills in that phase of it, and gives it again, as who does not know what became of it.</summary>
        public async Task DisturbAsync(Func<Task> phase, string[] command)
        {
            _startsBefore = Starts().Count;
            var run = _sky.RunAsync(command);
            await phase();
            await Task.Delay(_random.Next(300), TestContext.Current.CancellationToken);
            await KillAsync();
            await run;
            await _sky.RunAsync(command);
        }

        /// <summary>The replica whose runner was killed, if one was.</summary>
        public async Task<int?> KillAsync()
        {
            var runners = _victim is SimulatedFault.Runner or SimulatedFault.All ? _sky.Runners() : [];
            int? runner = runners.Count > 0 ? runners[_random.Next(runners.Count)] : null;
            int? lost = runner is { } chosen ? int.Parse(Path.GetFileName(LinuxProcesses.CommandLine(chosen).TrimEnd().TrimEnd('/')), CultureInfo.InvariantCulture) : null;
            if (lost is { } id && Starts().Contains(id))
            {
                // One that was killed before it began is begun by the next controller, under the same id.
                _lost.Add(id);
            }

            int?[] victims =
            [
                _victim is SimulatedFault.Controller or SimulatedFault.All ? _sky.ControllerPid : null,
                _victim is SimulatedFault.Gateway or SimulatedFault.All ? _sky.GatewayPid : null,
                runner,
            ];
            var pids = victims.OfType<int>().ToList();
            pids.ForEach(SkyMachine.Kill9);
            await SkyMachine.UntilAsync(() => Task.FromResult(!pids.Exists(LinuxProcesses.Alive)), "the killed are dead");

            return lost;
        }
    }
}
