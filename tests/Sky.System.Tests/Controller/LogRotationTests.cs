using Microsoft.Extensions.Logging;
using Sky.Controller.Hosting;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Controller;

public sealed class LogRotationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-log-");
    private readonly CapturedLog _log = new();

    private string Log => Path.Combine(_folder.FullName, "controller.log");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _log.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task LargeLogIsKeptOnceAndWritersGoOnAtItsBeginning()
    {
        await using var writer = new FileStream(Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await writer.WriteAsync(new byte[LogRotation.Largest], Token);

        Rotate();

        Assert.Equal(LogRotation.Largest, new FileInfo(Log + ".1").Length);
        Assert.Equal(0, new FileInfo(Log).Length);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task SmallOrMissingLogIsLeftAlone()
    {
        Rotate();
        await File.WriteAllTextAsync(Log, "a line\n", Token);
        Rotate();

        Assert.Equal("a line\n", await File.ReadAllTextAsync(Log, Token));
        Assert.False(File.Exists(Log + ".1"));
    }

    [Fact]
    public async Task LogThatCannotBeCopiedIsNotCut()
    {
        await File.WriteAllBytesAsync(Log, new byte[LogRotation.Largest], Token);
        Directory.CreateDirectory(Log + ".1");

        Rotate();

        Assert.Equal(LogRotation.Largest, new FileInfo(Log).Length);
        Assert.Contains("cannot be rotated", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private void Rotate()
    {
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(_log));
        using var rotation = new LogRotation(Log, TimeProvider.System, logs.CreateLogger<LogRotation>());
        rotation.Rotate();
    }
}
