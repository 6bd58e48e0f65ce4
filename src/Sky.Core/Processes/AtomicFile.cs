using System.Text;

namespace Sky.Core.Processes;

/// <summary>Files that are there whole or not at all, also when the writer is killed or the machine loses power in the middle.</summary>
public static class AtomicFile
{
    /// <summary>Read and write for the owner only.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Writes beside the file, flushes to the disk and renames over it. Readers see the old content or the new one.
    /// Throws <see cref="IOException"/> (such as a full disk) with the old content left in place.
    /// </summary>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode = OwnerOnly)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            WriteDraft(draft, content, mode);
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte}, UnixFileMode)"/>
    public static void Write(string path, string content, UnixFileMode mode = OwnerOnly) =>
        Write(path, Encoding.UTF8.GetBytes(content), mode);

    private static void WriteDraft(string draft, ReadOnlySpan<byte> content, UnixFileMode mode)
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
        stream.Flush(flushToDisk: true);
    }
}
