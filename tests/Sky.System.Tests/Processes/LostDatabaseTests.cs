using Sky.Testing.Processes;
using static Sky.SystemTests.Processes.ServingTests;

namespace Sky.SystemTests.Processes;

/// <summary>The state database is gone while replicas run: they are told of, left alone, and ended only when asked.</summary>
public sealed class LostDatabaseTests
{
    [Fact]
    public async Task Replicas_of_a_lost_database_are_named_run_on_and_end_with_stop_down()
    {
        await using var sky = new SkyMachine();
        await UpAndLoseAsync(sky);
        var runners = sky.Runners().Order();

        await sky.OkAsync("controller", "start");

        await SkyMachine.UntilAsync(() => Task.FromResult(Log(sky).Contains("these replicas run for services that the database does not know: svc/1, svc/2", StringComparison.Ordinal)), "the warning");
        var status = await sky.OkAsync("controller", "status");
        Assert.Contains("svc/1, svc/2 (replicas of services it does not know;", status.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await sky.RunAsync("serve", "status", "svc")).ExitCode);
        Assert.Equal(runners, sky.Runners().Order());

        var stop = await sky.OkAsync("controller", "stop", "--down", "-y");

        Assert.Contains("nothing is left running", stop.Output, StringComparison.Ordinal);
        Assert.Empty(sky.Runners());
    }

    [Fact]
    public async Task A_database_that_is_restored_has_its_replicas_again()
    {
        await using var sky = new SkyMachine();
        var kept = await UpAndLoseAsync(sky);
        var runners = sky.Runners().Order();
        await sky.OkAsync("controller", "start");
        Assert.Contains("stopped; 2 replicas run on.", (await sky.OkAsync("controller", "stop")).Output, StringComparison.Ordinal);
        File.Delete(Path.Combine(sky.Home, "state.db"));
        foreach (var file in Directory.GetFiles(kept))
        {
            File.Copy(file, Path.Combine(sky.Home, Path.GetFileName(file)), overwrite: true);
        }

        await sky.OkAsync("controller", "start");

        await sky.WaitAsync("svc", Ready(2), "both replicas ready again");
        Assert.Equal(runners, sky.Runners().Order());
        Assert.Equal([1, 2], Ids(await sky.StatusAsync("svc")));
    }

    /// <summary>Two replicas run, no controller does, and the database lies in the folder that is returned.</summary>
    private static async Task<string> UpAndLoseAsync(SkyMachine sky)
    {
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml(replicas: 2)), "-y");
        await sky.WaitAsync("svc", Ready(2), "two ready replicas");
        Assert.Contains("stopped; 2 replicas run on.", (await sky.OkAsync("controller", "stop")).Output, StringComparison.Ordinal);
        var kept = Directory.CreateDirectory(Path.Combine(sky.Files, "kept")).FullName;
        foreach (var file in Directory.GetFiles(sky.Home, "state.db*"))
        {
            File.Move(file, Path.Combine(kept, Path.GetFileName(file)));
        }

        return kept;
    }

    private static string Log(SkyMachine sky)
    {
        using var stream = new FileStream(Path.Combine(sky.Home, "controller.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
