using System.Diagnostics;
using Sky.Core.Engines;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

/// <summary>A disk of one megabyte that is filled while replicas run.</summary>
public sealed class FullDiskTests : EngineTestBase, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-disk-").FullName;
    private ProcessWorld? _world;

    protected override IEngine Engine => _world!.Engine;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "skipped: only Linux mounts a small disk in memory");
        var mounted = await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _folder) == 0;
        Assert.SkipUnless(mounted, "skipped: only root may mount the small disk of this test");
        _world = new ProcessWorld(Path.Combine(_folder, "home"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            File.Delete(Filler);
            await _world.DisposeAsync();

            // Lazily: a program that another test is just starting may hold a copy of a file of ours for a moment.
            await RunAsync("umount", "--lazy", _folder);
        }

        Directory.Delete(_folder);
    }

    private string Filler => Path.Combine(_folder, "filler");

    [Fact]
    public async Task A_replica_survives_a_full_disk_and_its_end_is_recorded()
    {
        var signs = Directory.CreateTempSubdirectory("sky-signs-");
        var key = Key();
        await Engine.RunAsync(Request(key, $"while [ ! -e {signs}/end ]; do echo {new string('x', 200)}; sleep 0.01; done; exit 7"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        Fill();
        await Task.Delay(300, Cancel);
        Assert.Equal(EngineReplicaState.Running, (await FindAsync(key))?.State);
        await File.WriteAllTextAsync($"{signs}/end", "", Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Equal(7, ended.Exit?.Code);
        Assert.NotEmpty(ended.Exit!.LastLogLines);
        Assert.True(File.Exists(_world!.File(key, "exit.json")));
        signs.Delete(recursive: true);
    }

    [Fact]
    public async Task A_replica_can_be_stopped_on_a_full_disk()
    {
        var key = Key();
        await Engine.RunAsync(Request(key, "exec sleep 600"), Cancel);
        await UntilAsync(key, EngineReplicaState.Running);
        Fill();
        await Engine.StopAsync(key, TimeSpan.FromSeconds(20), Cancel);
        var ended = await UntilAsync(key, EngineReplicaState.Exited);
        Assert.Equal("SIGTERM", ended.Exit?.Signal);
    }

    [Fact]
    public async Task Starting_one_on_a_full_disk_says_so()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_world!.Folder(Key()))!);
        Fill();
        var error = await Assert.ThrowsAsync<EngineException>(() => Engine.RunAsync(Request(Key(), "exec sleep 600"), Cancel));
        Assert.Equal(EngineFailure.NoCapacity, error.Failure);
    }

    private void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 65536, 4096, 1 })
        {
            var block = new byte[size];
            try
            {
                while (true)
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // Full for blocks of this size.
            }
        }
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
