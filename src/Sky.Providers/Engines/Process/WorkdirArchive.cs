using System.Formats.Tar;
using Sky.Core.Specs;

namespace Sky.Providers.Engines.Process;

/// <summary>Unpacks a version's workdir. Entries and links that leave the folder are refused.</summary>
internal static class WorkdirArchive
{
    /// <param name="archive">The tar file.</param>
    /// <param name="folder">Where it goes; an absolute path.</param>
    /// <param name="stopped">Asked before each entry: then the rest is left out.</param>
    /// <exception cref="InvalidDataException">It leaves the folder, or is no tar; the message says which entry.</exception>
    public static void Unpack(string archive, string folder, Func<bool> stopped)
    {
        Directory.CreateDirectory(folder);
        using var file = File.OpenRead(archive);
        using var reader = new TarReader(file);
        while (!stopped() && reader.GetNextEntry() is { } entry)
        {
            // What is mounted goes to paths of a container: on this machine they are somebody else's.
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes || entry.Name.Split('/')[0] == FileMountSpec.ArchiveFolder)
            {
                continue;
            }

            var path = Inside(folder, entry.Name, entry.Name);
            RefuseLinkedParents(folder, path, entry.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Place(entry, folder, path);
        }
    }

    private static void Place(TarEntry entry, string folder, string path)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(path);
                File.SetUnixFileMode(path, entry.Mode | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                entry.ExtractToFile(path, overwrite: true);
                break;
            case TarEntryType.SymbolicLink:
                Inside(folder, Path.Combine(Path.GetDirectoryName(Path.GetRelativePath(folder, path))!, entry.LinkName), entry.Name);
                File.CreateSymbolicLink(path, entry.LinkName);
                break;
            case TarEntryType.HardLink:
                var source = Inside(folder, entry.LinkName, entry.Name);
                RefuseLinkedParents(folder, source, entry.Name);
                File.Copy(source, path, overwrite: true);
                break;
            default:
                throw new InvalidDataException($"the workdir holds '{entry.Name}', which is neither a file, a folder nor a link");
        }
    }

    private static string Inside(string folder, string name, string entry)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name)).TrimEnd('/');
        return path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal)
            ? path
            : throw new InvalidDataException($"the workdir holds '{entry}', which leads out of it");
    }

    private static void RefuseLinkedParents(string folder, string path, string entry)
    {
        for (var parent = Path.GetDirectoryName(path)!; parent.Length > folder.Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (new DirectoryInfo(parent).LinkTarget is not null)
            {
                throw new InvalidDataException($"the workdir holds '{entry}' behind a link");
            }
        }
    }
}
