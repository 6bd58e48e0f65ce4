using System.Diagnostics;
using Sky.Core.Processes;
using Xunit;

namespace Sky.Core.Tests.Processes;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("x.lock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_one_holds_it_at_a_time()
    {
        using (var first = FileLock.TryAcquire(Path))
        {
            Assert.NotNull(first);
            Assert.Null(FileLock.TryAcquire(Path));
            Assert.True(FileLock.IsHeld(Path));
        }

        Assert.False(FileLock.IsHeld(Path));
        using var second = FileLock.TryAcquire(Path);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_missing_file_is_not_held_and_a_new_one_is_private()
    {
        Assert.False(FileLock.IsHeld(Path));
        Assert.False(File.Exists(Path));
        using var held = FileLock.TryAcquire(Path);
        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void A_missing_folder_is_an_IO_error() =>
        Assert.ThrowsAny<IOException>(() => FileLock.TryAcquire(_folder.File("no/such/file")));

    [Fact]
    public async Task A_killed_holder_frees_it()
    {
        using var holder = Process.Start(new ProcessStartInfo("perl")
        {
            ArgumentList = { "-e", "use Fcntl ':flock'; $|=1; open F,'>>',$ARGV[0]; flock(F,LOCK_EX); print \"ready\\n\"; sleep 600", Path },
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("ready", await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.True(FileLock.IsHeld(Path));
        Assert.Null(FileLock.TryAcquire(Path));

        holder.Kill();
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.False(FileLock.IsHeld(Path));
        using var mine = FileLock.TryAcquire(Path);
        Assert.NotNull(mine);
    }

    [Fact]
    public void Children_of_the_holder_do_not_inherit_it()
    {
        Process child;
        DetachedProcess detached;
        using (FileLock.TryAcquire(Path))
        {
            child = Process.Start("sleep", "600");
            detached = DetachedProcess.Start("sleep", ["600"], "/dev/null");
        }

        var heldByChildren = FileLock.IsHeld(Path);
        child.Kill();
        child.Dispose();
        using var background = Process.GetProcessById(detached.Pid);
        background.Kill();
        Assert.False(heldByChildren);
    }

    [Fact]
    public async Task Looking_never_makes_an_acquirer_fail()
    {
        using var stop = new CancellationTokenSource();
        File.WriteAllText(Path, "");
        var lookers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                FileLock.IsHeld(Path);
                Thread.Yield();
            }
        })).ToArray();

        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            using var mine = FileLock.TryAcquire(Path);
            refused += mine is null ? 1 : 0;
        }

        await stop.CancelAsync();
        await Task.WhenAll(lookers);
        Assert.Equal(0, refused);
    }
}
