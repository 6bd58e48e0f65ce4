using Sky.Cli.Client;
using Sky.Cli.Terminal;
using Sky.Core.Specs;

namespace Sky.Cli.Workdirs;

/// <summary>Brings a workdir to the controller, unless it is there already.</summary>
internal sealed class WorkdirUpload(Screen screen, ControllerClient client)
{
    private const long Big = 16L << 20;
    private const long Step = 4L << 20;

    /// <summary>The archive's hash.</summary>
    /// <param name="folder">The workdir; null for none.</param>
    /// <param name="mounts">What goes with it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<string> SendAsync(string? folder, IReadOnlyList<FileMountSpec> mounts, CancellationToken cancellationToken)
    {
        var archive = WorkdirArchive.Of(folder, mounts);
        var hash = await archive.HashAsync(cancellationToken);
        if (!await client.HasWorkdirAsync(hash, cancellationToken))
        {
            if (archive.Length > Big)
            {
                screen.ErrorLine($"Copying {(folder is null ? "file_mounts" : $"the workdir {folder}")} ({Megabytes(archive.Length)} MB) ...");
            }

            await client.PutWorkdirAsync(hash, () => new WorkdirContent(archive, Progress(archive.Length)), cancellationToken);
        }

        return hash;
    }

    private Action<long> Progress(long length)
    {
        if (length <= Big || !screen.ErrIsTerminal)
        {
            return _ => { };
        }

        var region = new LiveRegion(screen.Err, screen.Width);
        var shown = 0L;
        return written =>
        {
            if (written >= shown + Step || written >= length)
            {
                shown = written;
                region.Draw(written >= length ? [] : [$"  {Megabytes(written)} of {Megabytes(length)} MB"]);
            }
        };
    }

    private static long Megabytes(long bytes) => bytes >> 20;
}
