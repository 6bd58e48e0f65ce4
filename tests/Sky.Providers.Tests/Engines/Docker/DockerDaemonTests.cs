using Sky.Testing.Docker;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedDocker))]
[assembly: AssemblyFixture(typeof(SharedSwarm))]

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>The daemon that other tests stand on.</summary>
public sealed class DockerDaemonTests
{
    [Fact]
    public async Task It_survives_its_own_kill_and_leaves_nothing_behind()
    {
        Assert.SkipWhen(DockerDaemon.SkipReason is not null, DockerDaemon.SkipReason ?? "");
        var daemon = await DockerDaemon.StartAsync();
        var root = Path.GetDirectoryName(daemon.Socket)!;
        int container;
        try
        {
            var image = await TestImage.BuildAsync(["sleep"]);
            await image.ImportAsync(daemon.Api, "sleeper:1");
            var id = (await daemon.Api.PostJsonAsync("/containers/create", new { Image = "sleeper:1", Cmd = new[] { "/bin/sleep", "600" } })).GetProperty("Id").GetString();
            await daemon.Api.PostAsync($"/containers/{id}/start");
            container = (await daemon.Api.GetJsonAsync($"/containers/{id}/json")).GetProperty("State").GetProperty("Pid").GetInt32();

            await daemon.KillAsync();
            Assert.Null(daemon.Pid);
            Assert.True(Sky.Testing.Processes.LinuxProcesses.Alive(container));
        }
        finally
        {
            await daemon.DisposeAsync();
        }

        Assert.False(Sky.Testing.Processes.LinuxProcesses.Alive(container));
        Assert.False(Directory.Exists(root));
        Assert.DoesNotContain(root, await File.ReadAllTextAsync("/proc/self/mountinfo", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
