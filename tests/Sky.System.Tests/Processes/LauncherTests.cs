using System.Diagnostics;
using Sky.Testing.Processes;

namespace Sky.SystemTests.Processes;

/// <summary>The launcher in a copy of the sources that was never built.</summary>
[Trait("Category", "Heavy")]
public sealed class LauncherTests : IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("sky-launcher-").FullName;

    public LauncherTests()
    {
        foreach (var item in new[] { "src", "sky", "Directory.Build.props", "Directory.Packages.props", "global.json" })
        {
            using var copy = Process.Start("cp", ["-R", Path.Combine(SkyProgram.Root, item), _copy]);
            copy.WaitForExit();
        }
    }

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    [Fact]
    public async Task Builds_once_and_again_only_when_sources_changed_and_two_at_once_build_once()
    {
        var both = await Task.WhenAll(RunAsync("./sky --version"), RunAsync("./sky --version"));
        Assert.All(both, run => Assert.True(run.ExitCode == 0, run.All));
        Assert.Single(both, run => run.Error.Contains("Building sky", StringComparison.Ordinal));

        Assert.Equal("", (await RunAsync("./sky --version")).Error);
        Assert.Equal("", (await RunAsync($"cd / && ln -s {_copy}/sky {_copy}/link && {_copy}/link --version")).Error);

        await File.AppendAllTextAsync(Path.Combine(_copy, "src/Sky.Cli/Program.cs"), "\n", TestContext.Current.CancellationToken);
        Assert.Contains("Building sky", (await RunAsync("./sky --version")).Error, StringComparison.Ordinal);

        await File.AppendAllTextAsync(Path.Combine(_copy, "src/Sky.Cli/Program.cs"), "nonsense", TestContext.Current.CancellationToken);
        var broken = await RunAsync("./sky --version");
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("error CS", broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_sdk_says_in_one_line_how_to_get_it()
    {
        // A mount namespace of its own, in which no dotnet can be found.
        const string Hide = "for place in /usr/share/dotnet /usr/local/share/dotnet /usr/lib/dotnet; do [ -d $place ] && mount -t tmpfs none $place; done";
        Assert.SkipUnless((await RunAsync($"unshare -m sh -c '{Hide}; true'")).ExitCode == 0, "mounts cannot be hidden here");

        var run = await RunAsync($"unshare -m sh -c '{Hide}; HOME=/nowhere DOTNET_ROOT= PATH=/usr/bin:/bin ./sky serve status'");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(".NET 10 SDK", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private async Task<SkyRun> RunAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", command])
        {
            WorkingDirectory = _copy,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(5));
        return new SkyRun(process.ExitCode, await output, await error);
    }
}
