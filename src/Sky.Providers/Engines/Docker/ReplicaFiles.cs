using System.Formats.Tar;
using System.IO.Pipelines;
using System.Text;
using Sky.Core.Engines;

namespace Sky.Providers.Engines.Docker;

/// <summary>Scripts and workdir of a replica, as the tar that fills its volume.</summary>
/// <param name="request">Whose.</param>
/// <param name="user">Who owns the files: a user and a group by number; null: everybody may write them, since the user is known by a name only.</param>
internal sealed class ReplicaFiles(RunRequest request, (int User, int Group)? user)
{
    private const UnixFileMode Everybody = (UnixFileMode)0b110_110_110;
    private const UnixFileMode Folder = (UnixFileMode)0b111_111_111;
    private const UnixFileMode Readable = (UnixFileMode)0b110_100_100;

    /// <summary>Whether there is anything to put there.</summary>
    public static bool AreNeeded(RunRequest request) => HasSetup(request) || HasRun(request) || request.WorkdirArchive is not null;

    public static bool HasSetup(RunRequest request) => !string.IsNullOrWhiteSpace(request.Task.Setup);

    public static bool HasRun(RunRequest request) => !string.IsNullOrWhiteSpace(request.Task.Run);

    /// <summary>Hands the tar to <paramref name="send"/> while it is made.</summary>
    /// <exception cref="InvalidDataException">The workdir leaves its folder, or is no tar.</exception>
    public async Task SendAsync(Func<Stream, Task> send, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        var writing = WriteAsync(pipe.Writer, cancellationToken);
        var content = pipe.Reader.AsStream();
        try
        {
            await send(content);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
        }

        await writing;
    }

    private async Task WriteAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await using var tar = new TarWriter(output.AsStream(leaveOpen: true), TarEntryFormat.Pax, leaveOpen: true);
            foreach (var name in new[] { "stage/", "workdir/" })
            {
                await tar.WriteEntryAsync(Owned(new PaxTarEntry(TarEntryType.Directory, name) { Mode = Folder }), cancellationToken);
            }

            await AddScriptAsync(tar, EntryScript.Setup, request.Task.Setup, cancellationToken);
            await AddScriptAsync(tar, EntryScript.Run, request.Task.Run, cancellationToken);
            if (request.WorkdirArchive is { } archive)
            {
                await AddWorkdirAsync(tar, archive, cancellationToken);
            }
        }
        catch (Exception error)
        {
            failure = error;
            throw;
        }
        finally
        {
            await output.CompleteAsync(failure);
        }
    }

    private static async Task AddScriptAsync(TarWriter tar, string name, string? script, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(script))
        {
            var text = Encoding.UTF8.GetBytes(script.EndsWith('\n') ? script : script + "\n");
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = Readable, DataStream = new MemoryStream(text) }, cancellationToken);
        }
    }

    private async Task AddWorkdirAsync(TarWriter tar, string archive, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        await using var reader = new TarReader(file);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            if (entry.Name.StartsWith('/') || entry.Name.Split('/').Contains(".."))
            {
                throw new InvalidDataException($"the workdir holds '{entry.Name}', which leads out of it");
            }

            entry.Name = "workdir/" + entry.Name;
            if (entry.EntryType is TarEntryType.HardLink)
            {
                entry.LinkName = "workdir/" + entry.LinkName;
            }

            if (user is null)
            {
                entry.Mode |= entry.EntryType is TarEntryType.Directory ? Folder : Everybody;
            }

            await tar.WriteEntryAsync(Owned(entry), cancellationToken);
        }
    }

    private TarEntry Owned(TarEntry entry)
    {
        (entry.Uid, entry.Gid) = user ?? (0, 0);
        return entry;
    }
}
