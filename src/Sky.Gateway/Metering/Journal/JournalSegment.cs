using System.Buffers.Binary;
using System.Collections;
using System.IO.MemoryMappedFiles;
using System.Text;
using Sky.Core.Metering;

namespace Sky.Gateway.Metering.Journal;

/// <summary>
/// One file of the journal: a header and slots, one for each request, in memory that is the file's own. What is written to it is the
/// system's at once, without a call: the end of this process, however it comes, loses nothing of it.
/// </summary>
internal sealed class JournalSegment : IDisposable
{
    /// <summary>Requests of one file.</summary>
    public const int Slots = 4096;

    private const int HeaderSize = 64;
    private const int FileSize = HeaderSize + (Slots * SlotLayout.Size);
    private static readonly byte[] Magic = "sky-journal-1\n"u8.ToArray();

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly BitArray _told = new(Slots);
    private volatile bool _changed;

    private JournalSegment(string path, string run, long first, FileStream file)
    {
        (Path, Run, First) = (path, run, first);
        _file = MemoryMappedFile.CreateFromFile(file, null, FileSize, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, FileSize, MemoryMappedFileAccess.ReadWrite);
    }

    public string Path { get; }

    /// <summary>The run of a gateway that it is of.</summary>
    public string Run { get; }

    /// <summary>The sequence of its first slot.</summary>
    public long First { get; }

    /// <summary>Slots whose settlement the controller has.</summary>
    public int Told { get; private set; }

    /// <summary>Makes a new file, with all its room on the disk, so that writing to it later cannot fail. Throws <see cref="IOException"/>.</summary>
    public static JournalSegment Create(string path, string run, long first)
    {
        Reserve(path);
        return Begin(path, run, first);
    }

    /// <summary>Makes of reserved room, which is gone then, a file. No room is needed. Throws <see cref="IOException"/>.</summary>
    public static JournalSegment Create(string path, string run, long first, string reserved)
    {
        File.Move(reserved, path);
        return Begin(path, run, first);
    }

    /// <summary>Takes from the disk the room for one file. Throws <see cref="IOException"/>, with nothing left there.</summary>
    public static void Reserve(string path)
    {
        try
        {
            using var file = Open(path, FileMode.CreateNew);
            WriteZeros(file);
        }
        catch (Exception)
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>
    /// Makes reserved room of a file whose requests are all told. It is written over where it is, for which a full disk has room, and is on the
    /// disk before it has its new name: no request may ever be read from it again.
    /// </summary>
    public static void Recycle(string path, string reserved)
    {
        using (var file = Open(path, FileMode.Open))
        {
            WriteZeros(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(path, reserved, overwrite: true);
    }

    /// <summary>Whether a file has all the room of a segment; the writer of a smaller one was killed.</summary>
    public static bool IsWhole(string path) => new FileInfo(path) is { Exists: true, Length: FileSize };

    /// <summary>Opens what an earlier run left; null when it is no whole file of a journal: then it holds no request.</summary>
    public static JournalSegment? Read(string path)
    {
        var file = Open(path, FileMode.Open);
        Span<byte> header = stackalloc byte[HeaderSize];
        if (file.Length != FileSize || file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize
            || !header.StartsWith(Magic) || header[24] > HeaderSize - 25)
        {
            file.Dispose();
            return null;
        }

        return new JournalSegment(
            path, Encoding.UTF8.GetString(header.Slice(25, header[24])), BinaryPrimitives.ReadInt64LittleEndian(header[16..]), file);
    }

    public void Write(int slot, int offset, ReadOnlySpan<byte> bytes)
    {
        _view.SafeMemoryMappedViewHandle.WriteSpan((ulong)(HeaderSize + (slot * SlotLayout.Size) + offset), bytes);
        if (!_changed)
        {
            _changed = true;
        }
    }

    /// <summary>The request of a slot; null: it is still in flight, or there never was one.</summary>
    /// <param name="slot">Which.</param>
    /// <param name="ended">The run is over: nothing is in flight any more.</param>
    public Settlement? Settlement(int slot, bool ended)
    {
        Span<byte> bytes = stackalloc byte[SlotLayout.Size];
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(HeaderSize + (slot * SlotLayout.Size)), bytes);
        return SettlementReader.Read(bytes, First + slot, ended);
    }

    public bool IsTold(int slot) => _told[slot];

    public void MarkTold(int slot)
    {
        if (!_told[slot])
        {
            _told[slot] = true;
            Told++;
        }
    }

    /// <summary>Brings to the disk what was written since the last time, for when the machine itself ends.</summary>
    public void Flush()
    {
        if (_changed)
        {
            _changed = false;
            _view.Flush();
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static JournalSegment Begin(string path, string run, long first)
    {
        var file = Open(path, FileMode.Open);
        try
        {
            Span<byte> header = stackalloc byte[HeaderSize];
            header.Clear();
            Magic.CopyTo(header);
            BinaryPrimitives.WriteInt64LittleEndian(header[16..], first);
            header[24] = (byte)Encoding.UTF8.GetBytes(run, header[25..]);
            file.Write(header);
            file.Flush();
            return new JournalSegment(path, run, first, file);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    private static void WriteZeros(FileStream file)
    {
        var zeros = new byte[1 << 16];
        for (var left = FileSize; left > 0; left -= zeros.Length)
        {
            file.Write(zeros, 0, Math.Min(left, zeros.Length));
        }
    }

    private static FileStream Open(string path, FileMode mode) => new(path, new FileStreamOptions
    {
        Mode = mode,
        Access = FileAccess.ReadWrite,
        Share = FileShare.Read,
        BufferSize = 0,
        UnixCreateMode = mode is FileMode.CreateNew ? UnixFileMode.UserRead | UnixFileMode.UserWrite : null,
    });
}
