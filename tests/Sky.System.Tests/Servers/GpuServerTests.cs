using Sky.Testing.Processes;

namespace Sky.SystemTests.Servers;

/// <summary>The servers that need a GPU: their files are right, and a machine without one is told so in the words of their pages.</summary>
public sealed class GpuServerTests
{
    [Theory]
    [InlineData("vllm")]
    [InlineData("sglang")]
    [InlineData("llama-cpp")]
    [InlineData("whisper")]
    public async Task A_machine_without_a_GPU_is_told_what_is_missing(string server)
    {
        await using var machine = new SkyMachine();
        var file = Path.Combine(SkyProgram.Root, "servers", server, "sky-serve.yaml");
        var page = await File.ReadAllTextAsync(Path.Combine(SkyProgram.Root, "servers", server, "README.md"), TestContext.Current.CancellationToken);

        await machine.OkAsync("serve", "check", file);
        var cloud = await machine.RunAsync("serve", "up", file, "-y", "--cloud", "aws");
        Assert.Equal(2, cloud.ExitCode);
        Assert.Contains(ErrorOf(cloud), page, StringComparison.Ordinal);

        var here = await machine.RunAsync("serve", "up", file, "-y");
        Assert.SkipWhen(here.ExitCode == 0, "this machine has the GPU");
        Assert.Equal(2, here.ExitCode);
        Assert.Contains(ErrorOf(here).Split("; this machine")[0], page, StringComparison.Ordinal);
        Assert.Equal("[]", (await machine.OkAsync("serve", "status", "-o", "json")).Output.Trim());
    }

    private static string ErrorOf(SkyRun run) =>
        run.Error.Split('\n').Single(line => line.StartsWith("Error: ", StringComparison.Ordinal)).Trim();
}
