using System.Formats.Tar;
using System.Security.Cryptography;
using Sky.Core.Specs;

namespace Sky.Cli.Workdirs;

/// <summary>
/// A workdir, and what is mounted beside it, as a tar file whose bytes depend on nothing but names, contents, links and execute bits, so that the same folder always
/// has the same hash. It is made anew each time it is read and never lies on disk.
/// </summary>
internal sealed class WorkdirArchive
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private readonly List<(string Name, FileSystemInfo Item)> _entries = [];
    /// <summary>Bytes of all files in it.</summary>
    public long Length { get; private set; }

    /// <summary>Lists what is to be packed; throws <see cref="IOException"/> when it cannot be read.</summary>
    /// <param name="folder">The workdir; null for none.</param>
    /// <param name="mounts">Files and folders beside it.</param>
    public static WorkdirArchive Of(string? folder, IReadOnlyList<FileMountSpec> mounts)
    {
        var archive = new WorkdirArchive();
        if (folder is not null)
        {
            archive.Collect(Root(folder), new DirectoryInfo(folder), "", IgnoreRules.OfFolder(folder));
            archive._entries.RemoveAll(entry => entry.Name.Split('/')[0] == FileMountSpec.ArchiveFolder);
        }

        for (var number = 0; number < mounts.Count; number++)
        {
            archive.Mount(mounts[number], $"{FileMountSpec.ArchiveFolder}/{number}");
        }

        archive._entries.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return archive;
    }

    /// <summary>SHA-256 of the archive, lower-case hex.</summary>
    public async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        using var sha = SHA256.Create();
        await using (var stream = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write))
        {
            await WriteAsync(stream, cancellationToken);
        }

        return Convert.ToHexStringLower(sha.Hash!);
    }

    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using var writer = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true);
        foreach (var (name, item) in _entries)
        {
            var entry = Entry(name, item);
            using (entry.DataStream)
            {
                await writer.WriteEntryAsync(entry, cancellationToken);
            }
        }
    }

    private void Mount(FileMountSpec mount, string name)
    {
        if (Directory.Exists(mount.Source))
        {
            var folder = new DirectoryInfo(mount.Source);
            _entries.Add((name, folder));
            Collect(Root(mount.Source), folder, name + "/", new IgnoreRules([]));
            return;
        }

        var file = new FileInfo(mount.Source);
        _entries.Add((name, file.ResolveLinkTarget(returnFinalTarget: true) ?? file));
        Length += file.Length;
    }

    private static string Root(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private void Collect(string root, DirectoryInfo folder, string prefix, IgnoreRules rules)
    {
        foreach (var item in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
        {
            var name = prefix + item.Name;
            var isFolder = item is DirectoryInfo && item.LinkTarget is null;
            if (rules.Ignores(name, isFolder))
            {
                continue;
            }

            if (item.LinkTarget is { } target)
            {
                RefuseLinkOut(root, name, item, target);
            }

            _entries.Add((name, item));
            if (isFolder)
            {
                Collect(root, (DirectoryInfo)item, name + "/", rules);
            }
            else if (item is FileInfo file && item.LinkTarget is null)
            {
                Length += file.Length;
            }
        }
    }

    // What a replica is given must not depend on what else lies on the machine it was brought up from.
    private static void RefuseLinkOut(string root, string name, FileSystemInfo item, string target)
    {
        var full = Path.GetFullPath(target, Path.GetDirectoryName(item.FullName)!);
        if (full != root && !full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new IOException($"The link {name} in {root} leads out of this folder, to {target}. Replace it by what it leads to, or name it in .skyignore.");
        }
    }

    /// <summary>Where the link leads, from its own folder: an absolute path would be another place once it is unpacked.</summary>
    private static string Relative(FileSystemInfo link, string target) =>
        Path.IsPathRooted(target) ? Path.GetRelativePath(Path.GetDirectoryName(link.FullName)!, target) : target;

    private static GnuTarEntry Entry(string name, FileSystemInfo item)
    {
        var entry = item switch
        {
            { LinkTarget: { } target } => new GnuTarEntry(TarEntryType.SymbolicLink, name) { LinkName = Relative(item, target), Mode = Executable },
            DirectoryInfo => new GnuTarEntry(TarEntryType.Directory, name + "/") { Mode = Executable },
            _ => new GnuTarEntry(TarEntryType.RegularFile, name)
            {
                Mode = item.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? Executable : Plain,
                DataStream = Open((FileInfo)item),
            },
        };
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        entry.AccessTime = DateTimeOffset.UnixEpoch;
        entry.ChangeTime = DateTimeOffset.UnixEpoch;
        return entry;
    }

    // An empty one is not opened: it may be a pipe or a socket, and opening those would wait for ever.
    private static FileStream? Open(FileInfo file) =>
        file.Length == 0 ? null : new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
