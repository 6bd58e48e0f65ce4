using System.Formats.Tar;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Providers.Secrets.Entry;

namespace Sky.Providers.Engines.Docker;

/// <summary>Scripts and workdir of a replica, as the tar that fills its volume.</summary>
/// <param name="request">Whose.</param>
/// <param name="user">Who owns the files: a user and a group by number; null: everybody may write them, since the user is known by a name only.</param>
/// <param name="way">Of its secrets.</param>
internal sealed class ReplicaFiles(RunRequest request, (int User, int Group)? user, SecretWay way)
{
    private const UnixFileMode Everybody = (UnixFileMode)0b110_110_110;
    private const UnixFileMode Folder = (UnixFileMode)0b111_111_111;
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;
    private const UnixFileMode Readable = (UnixFileMode)0b110_100_100;

    /// <summary>Whether there is anything to put there.</summary>
    public static bool AreNeeded(RunRequest request, SecretWay way) => HasSetup(request) || HasRun(request) || HasWorkdir(request) || NeedsHelper(request, way);

    /// <summary>The archive may hold nothing but what is mounted.</summary>
    public static bool HasWorkdir(RunRequest request) =>
        request.WorkdirArchive is not null && (request.Task.FileMounts.Count == 0 || request.Task.Workdir is not null || request.Task.GitWorkdir is not null);

    public static bool HasMounts(RunRequest request) => request.WorkdirArchive is not null && request.Task.FileMounts.Count > 0;

    public static bool HasSetup(RunRequest request) => !string.IsNullOrWhiteSpace(request.Task.Setup);

    public static bool HasRun(RunRequest request) => !string.IsNullOrWhiteSpace(request.Task.Run);

    /// <summary>An engine that starts containers by itself also asks by it whether they are ready.</summary>
    private static bool NeedsHelper(RunRequest request, SecretWay way) => EntryHelper.Bytes is not null
        && (way == SecretWay.Folder || (!HasSetup(request) && !HasRun(request) && ContainerEnvironment.Secrets(request).Count > 0));

    /// <summary>Hands the tar of the volume to <paramref name="send"/> while it is made.</summary>
    /// <exception cref="InvalidDataException">The workdir leaves its folder, or is no tar.</exception>
    public Task SendAsync(Func<Stream, Task> send, CancellationToken cancellationToken) => SendAsync(AddFilesAsync, send, cancellationToken);

    /// <summary>Hands a tar of what is mounted in one part of the container to <paramref name="send"/>.</summary>
    public Task SendMountsAsync(MountPart part, Func<Stream, Task> send, CancellationToken cancellationToken) =>
        SendAsync((tar, token) => AddMountsAsync(tar, part, token), send, cancellationToken);

    private static async Task SendAsync(Func<TarWriter, CancellationToken, Task> add, Func<Stream, Task> send, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        var writing = WriteAsync(pipe.Writer, add, cancellationToken);
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

    private static async Task WriteAsync(PipeWriter output, Func<TarWriter, CancellationToken, Task> add, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await using var tar = new TarWriter(output.AsStream(leaveOpen: true), TarEntryFormat.Pax, leaveOpen: true);
            await add(tar, cancellationToken);
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

    private async Task AddMountsAsync(TarWriter tar, MountPart part, CancellationToken cancellationToken)
    {
        if (part.Writable)
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "./") { Mode = Folder | UnixFileMode.StickyBit }, cancellationToken);
        }

        await AddArchiveAsync(tar, name => TargetOf(name, part), cancellationToken);
    }

    private async Task AddFilesAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { "stage/", "workdir/" })
        {
            await tar.WriteEntryAsync(Owned(new PaxTarEntry(TarEntryType.Directory, name) { Mode = Folder }), cancellationToken);
        }

        await AddScriptAsync(tar, EntryScript.Setup, request.Task.Setup, cancellationToken);
        await AddScriptAsync(tar, EntryScript.Run, request.Task.Run, cancellationToken);
        if (NeedsHelper(request, way) && EntryHelper.Bytes is { } program)
        {
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, EntryScript.HelperName) { Mode = Executable, DataStream = new MemoryStream(program.ToArray()) }, cancellationToken);
        }

        if (HasWorkdir(request))
        {
            await AddArchiveAsync(tar, name => name.Split('/')[0] == FileMountSpec.ArchiveFolder ? null : "workdir/" + name, cancellationToken);
        }
    }

    /// <summary>Null for what is not mounted there, and for the folder itself.</summary>
    private static string? TargetOf(string name, MountPart part)
    {
        var names = name.Split('/', 3);
        if (names.Length < 2 || names[0] != FileMountSpec.ArchiveFolder
            || !int.TryParse(names[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || part.Targets.ElementAtOrDefault(number) is not { } target)
        {
            return null;
        }

        var path = names.Length < 3 ? target : target.Length == 0 ? names[2] : $"{target}/{names[2]}";
        return path.Length == 0 ? null : path;
    }

    private static async Task AddScriptAsync(TarWriter tar, string name, string? script, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(script))
        {
            var text = Encoding.UTF8.GetBytes(script.EndsWith('\n') ? script : script + "\n");
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = Readable, DataStream = new MemoryStream(text) }, cancellationToken);
        }
    }

    /// <param name="tar">Where entries go.</param>
    /// <param name="rename">The name of an entry there; null: it is left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task AddArchiveAsync(TarWriter tar, Func<string, string?> rename, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(request.WorkdirArchive!);
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

            if (rename(entry.Name) is not { } renamed)
            {
                continue;
            }

            entry.Name = renamed;
            if (entry.EntryType is TarEntryType.HardLink)
            {
                entry.LinkName = rename(entry.LinkName) ?? throw new InvalidDataException($"the workdir holds '{entry.Name}', a link that leads out of it");
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
