using System.Globalization;
using System.Text;
using System.Text.Json;
using Sky.SystemTests.Store;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>The real program in a home on a disk without a free byte.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gateway_that_is_killed_comes_back_serves_counts_and_says_what_it_cannot_write()
    {
        await using var sky = new SkyMachine();
        var home = Path.Combine(sky.Files, "home");
        using var disk = TinyDisk.Mount(home, megabytes: 32);
        Assert.SkipWhen(disk is null, "a small file system cannot be mounted here");
        sky.Environment["SKY_HOME"] = home;
        try
        {
            await sky.OkAsync("serve", "up", sky.WriteFile("llm/sky-serve.yaml", Yaml), "-y");
            await AskAsync(sky);
            string[] kept = [Path.Combine(home, "gateway-snapshot.json"), Path.Combine(home, "gateway", "spare.sky")];
            await SkyMachine.UntilAsync(() => Task.FromResult(kept.All(File.Exists)), "a snapshot, and room for the journal of the next gateway");
            await SkyMachine.UntilAsync(async () => await CountedAsync(sky) == 1, "the first request being counted");
            var pidFile = Path.Combine(home, "gateway.pid");
            var killed = int.Parse(await File.ReadAllTextAsync(pidFile, Cancel), CultureInfo.InvariantCulture);
            await KillAndFillAsync(disk, home, pidFile, killed);

            await SkyMachine.UntilAsync(() => AnswersAsync(sky), "a gateway that serves");
            await AskAsync(sky);
            string[] wanted = [$"cannot write {pidFile}: No space left on device", $"cannot write {Path.Combine(home, "gateway")}: No space left on device"];
            await SkyMachine.UntilAsync(
                async () => (await sky.OkAsync("controller", "status")).Output is var said && said.Contains(", connected", StringComparison.Ordinal) && wanted.All(said.Contains),
                "the trouble being told");

            disk.Free();
            await SkyMachine.UntilAsync(
                async () => File.Exists(pidFile) && !(await sky.OkAsync("controller", "status")).Output.Contains("cannot write", StringComparison.Ordinal),
                "everything being written again");
            await SkyMachine.UntilAsync(async () => await CountedAsync(sky) == 2, "both requests being counted");
        }
        finally
        {
            await sky.RunAsync("controller", "stop", "--down", "--now", "-y");
            sky.Environment["SKY_HOME"] = sky.Home;
        }
    }

    [Fact]
    public async Task What_could_not_tell_its_pid_is_stopped_too_and_a_start_without_room_says_which_disk_is_full()
    {
        await using var sky = new SkyMachine();
        var home = Path.Combine(sky.Files, "home");
        using var disk = TinyDisk.Mount(home, megabytes: 32);
        Assert.SkipWhen(disk is null, "a small file system cannot be mounted here");
        sky.Environment["SKY_HOME"] = home;
        try
        {
            disk.Fill();
            await FullAsync(sky, home);
            disk.Free();

            await sky.OkAsync("controller", "start");
            var pidFile = Path.Combine(home, "gateway.pid");
            var killed = int.Parse(await File.ReadAllTextAsync(pidFile, Cancel), CultureInfo.InvariantCulture);
            File.Delete(pidFile);
            disk.Fill();
            SkyMachine.Kill9(killed);
            await SkyMachine.UntilAsync(async () => (await sky.OkAsync("controller", "status")).Output.Contains(pidFile, StringComparison.Ordinal), "another gateway");

            await sky.OkAsync("controller", "stop");
            Assert.DoesNotContain(LinuxProcesses.All(), pid => LinuxProcesses.Mentions(pid, $"SKY_HOME={home}"));
            await FullAsync(sky, home);
        }
        finally
        {
            disk.Free();
            await sky.RunAsync("controller", "stop", "--down", "--now", "-y");
            sky.Environment["SKY_HOME"] = sky.Home;
        }
    }

    private static string Yaml => $$"""
        service:
          readiness_probe: {path: /health, initial_delay_seconds: 60, endpoint_probe_interval_seconds: 0.2}
          replicas: 1
          models: {llm: sim}
        run: exec {{SkyProgram.LlmSim}} --urls http://127.0.0.1:$SKY_PORT --ttft-ms 0 --prefill-rate 0 --decode-rate 0 --cache-tokens 0
        """;

    /// <summary>
    /// Leaves no byte free before the next gateway comes: of what the killed one leaves, the journal that the controller has been told of would give
    /// the next one room again, sooner or later.
    /// </summary>
    private static async Task KillAndFillAsync(TinyDisk disk, string home, string pidFile, int gateway)
    {
        var stay = Path.Combine(home, "stopped");
        await File.WriteAllTextAsync(stay, "", Cancel);
        SkyMachine.Kill9(gateway);
        await SkyMachine.UntilAsync(() => Task.FromResult(!LinuxProcesses.Alive(gateway)), "the end of the killed one");
        Array.ForEach(Directory.GetFiles(Path.Combine(home, "gateway"), "journal-*.sky"), File.Delete);
        File.Delete(pidFile);
        disk.Fill();
        File.Delete(stay);
    }

    private static async Task FullAsync(SkyMachine sky, string home)
    {
        var start = await sky.RunAsync("controller", "start");
        Assert.Equal(4, start.ExitCode);
        Assert.Contains($"The disk that holds {home} is full: free some space.", start.Error, StringComparison.Ordinal);
    }

    private static async Task<bool> AnswersAsync(SkyMachine sky)
    {
        try
        {
            using var answer = await sky.Client.GetAsync($"{sky.GatewayUrl}/services/llm/health", Cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task AskAsync(SkyMachine sky)
    {
        using var body = new StringContent("""{"model":"llm","messages":[{"role":"user","content":"/say one"}],"max_tokens":5}""", Encoding.UTF8, "application/json");
        using var response = await sky.Client.PostAsync($"{sky.GatewayUrl}/v1/chat/completions", body, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<int> CountedAsync(SkyMachine sky)
    {
        using var usage = JsonDocument.Parse((await sky.OkAsync("usage", "-o", "json")).Output);
        return usage.RootElement.GetProperty("rows").EnumerateArray().Sum(row => row.GetProperty("requests").GetProperty("total").GetInt32());
    }
}
