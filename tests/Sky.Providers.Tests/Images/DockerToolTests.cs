using Sky.Core.Images;
using Sky.Core.Specs;
using Sky.Providers.Images.Building;
using Xunit;

namespace Sky.Providers.Tests.Images;

/// <summary>What goes wrong around Docker's command, with a script in its place.</summary>
public sealed class DockerToolTests : IDisposable
{
    private readonly TempFolder _path = new();

    public void Dispose() => _path.Dispose();

    [Theory]
    [InlineData(null, "no `docker` on the PATH")]
    [InlineData("echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?' >&2; exit 1", "engine cannot be reached")]
    [InlineData("echo 'ERROR: BuildKit is enabled but the buildx component is missing or broken.' >&2; exit 1", "docker-buildx")]
    [InlineData("echo 'unauthorized: authentication required' >&2; exit 1", "is not allowed")]
    [InlineData("echo 'failed to solve: process did not complete' >&2; exit 1", "did not complete")]
    public async Task A_failure_says_what_is_missing(string? script, string words)
    {
        if (script is not null)
        {
            _path.Program("docker", script);
        }

        var failure = await Assert.ThrowsAsync<ImageException>(() => BuildAsync(TestContext.Current.CancellationToken));

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildKit_is_used_and_values_of_arguments_are_on_no_command_line()
    {
        _path.Program("docker", $"echo \"$DOCKER_BUILDKIT $BUILDX_NO_DEFAULT_ATTESTATIONS $A $*\" >{_path.At("asked")}");

        await BuildAsync(TestContext.Current.CancellationToken);

        Assert.Equal($"1 1 hidden build --progress plain --tag x:1 --file {_path.Path}/D --build-arg A {_path.Path}\n", await File.ReadAllTextAsync(_path.At("asked"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_build_ends_when_it_is_given_up()
    {
        _path.Program("docker", $"/bin/sleep 600 & echo $! >{_path.At("child.part")}; /bin/mv {_path.At("child.part")} {_path.At("child")}; wait");
        using var stop = new CancellationTokenSource();
        var build = BuildAsync(stop.Token);
        while (!File.Exists(_path.At("child")))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
        var child = int.Parse(await File.ReadAllTextAsync(_path.At("child"), TestContext.Current.CancellationToken), null);
        while (Sky.Testing.Processes.LinuxProcesses.Alive(child))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private Task BuildAsync(CancellationToken cancellationToken)
    {
        var build = new ImageBuildSpec { Context = _path.Path, Directory = _path.Path, Dockerfile = "D", Args = new Dictionary<string, string> { ["A"] = "hidden" } };
        return new DockerTool(new ToolRunner(new Dictionary<string, string> { ["PATH"] = _path.Path })).BuildAsync(build, "x:1", _ => { }, cancellationToken);
    }
}
