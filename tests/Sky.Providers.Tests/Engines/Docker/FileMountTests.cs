using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>What a file mounts, found within containers.</summary>
public sealed class FileMountTests(SharedDocker shared) : DockerTestBase(shared)
{
    private const string Look = "cat /models/small/weights /etc/app.conf ~/notes ./beside && touch ~/mine\nexit $?";
    private readonly MountArchive _archive = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _archive.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(SecurityProfile.Baseline)]
    [InlineData(SecurityProfile.Restricted)]
    public async Task Files_and_folders_are_at_their_paths_under_every_profile(SecurityProfile profile)
    {
        var request = Mounting(Look, MountArchive.Mounts, new SecuritySpec { Profile = profile });
        await Engine.RunAsync(request, Cancel);
        var ended = await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.Equal(["weights", "conf", "notes", "beside"], await LinesAsync(Key(), null));
        Assert.Equal(0, ended.Exit?.Code);
    }

    [Fact]
    public async Task What_the_image_has_beside_a_mounted_file_stays_where_the_root_is_read_only()
    {
        await Engine.RunAsync(Mounting("cat /etc/group /etc/app.conf\ntouch /etc/x 2>&1 | cat\nexit 0", MountArchive.Mounts, new SecuritySpec { WritableRoot = false }), Cancel);
        await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.Superset(new HashSet<string> { "root:x:0:", "conf" }, (await LinesAsync(Key(), null)).ToHashSet());
    }

    [Fact]
    public async Task A_file_in_a_root_that_cannot_be_written_is_told()
    {
        await Engine.RunAsync(Mounting(Look, [new("/top", "/x", IsFolder: false)], new SecuritySpec { Profile = SecurityProfile.Restricted }), Cancel);

        Assert.StartsWith("the root of the container cannot be written, and so the file /top cannot be put there", (await UntilAsync(Key(), EngineReplicaState.Exited)).ProvisionError, StringComparison.Ordinal);
    }

    private RunRequest Mounting(string run, IReadOnlyList<FileMountSpec> mounts, SecuritySpec security)
    {
        var request = Request(Key(), run);
        return request with { WorkdirArchive = _archive.Path, Task = request.Task with { Workdir = "/x", FileMounts = mounts, Security = security } };
    }
}
