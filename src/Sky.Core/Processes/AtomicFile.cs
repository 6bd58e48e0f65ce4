using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sky.Core.Processes;

/// <summary>Files that are there whole or not at all, also when the writer is killed or the machine loses power in the middle.</summary>
public static class AtomicFile
{
    /// <summary>Read and write for the owner only.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string DraftEnding = ".tmp";

    /// <summary>
    /// Writes beside the file and renames over it. Readers see the old content or the new one.
    /// Throws <see cref="IOException"/> (such as a full disk) with the old content left in place.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="durable">
    /// Flushes file and folder to the disk before it returns. False, which is faster, for what means nothing after a restart of the machine:
    /// a power cut may then leave the old content, the new one or something broken.
    /// </param>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode = OwnerOnly, bool durable = true)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var draft = Path.Combine(folder, $"{DraftPrefix(path)}{Path.GetRandomFileName()}{DraftEnding}");
        try
        {
            WriteDraft(draft, content, mode, durable);
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }

        if (durable)
        {
            FlushFolder(folder);
        }
    }

    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte}, UnixFileMode, bool)"/>
    public static void Write(string path, string content, UnixFileMode mode = OwnerOnly, bool durable = true) =>
        Write(path, Encoding.UTF8.GetBytes(content), mode, durable);

    /// <summary>Removes what writers of this file left that were killed in the middle. For a file that has one writer at a time, by that one.</summary>
    public static void RemoveDrafts(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var draft in Directory.EnumerateFiles(folder, $"{DraftPrefix(path)}*{DraftEnding}"))
        {
            File.Delete(draft);
        }
    }

    private static string DraftPrefix(string path) => $".{Path.GetFileName(path)}.";

    private static void WriteDraft(string draft, ReadOnlySpan<byte> content, UnixFileMode mode, bool durable)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
            UnixCreateMode = mode,
        };
        using var stream = new FileStream(draft, options);
        stream.Write(content);
        stream.Flush(flushToDisk: durable);
    }

    /// <summary>Until then the new name may be lost in a power cut. Best effort: the file is in place, and some file systems flush no folders.</summary>
    private static void FlushFolder(string folder)
    {
        var descriptor = LibC.OpenExisting(folder, LibC.ReadOnly | LibC.CloseOnExec);
        if (descriptor >= 0)
        {
            using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
            _ = LibC.Flush(descriptor);
        }
    }
}
