using System.Text;
using Microsoft.Win32.SafeHandles;
using Sky.Core.Processes;
using Sky.Providers.Engines.Output;

namespace Sky.Providers.Engines.Process;

/// <summary>
/// Writes a replica's output to its log files. A full disk costs output, never the replica: what cannot be written is dropped and counted.
/// Safe for concurrent use.
/// </summary>
internal sealed class OutputLog(string folder, long maxBytes = LogFiles.MaxBytes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LastLines _last = new();
    private SafeFileHandle? _file;
    private int _number = LogFiles.Numbers(folder).LastOrDefault();
    private long _length;
    private long _dropped;
    private bool _atLineStart = true;

    public void Write(ReadOnlySpan<byte> output)
    {
        lock (_gate)
        {
            _last.Add(output);
            if (_dropped > 0 && TryAppend(Encoding.UTF8.GetBytes($"\n[sky] {_dropped} bytes of output were dropped: the disk was full\n")))
            {
                _dropped = 0;
            }

            if (!TryAppend(output))
            {
                _dropped += output.Length;
            }
        }
    }

    public IReadOnlyList<string> LastLines()
    {
        lock (_gate)
        {
            return _last.Take();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
        }
    }

    private bool TryAppend(ReadOnlySpan<byte> output)
    {
        try
        {
            // Files end with whole lines, unless a line is longer than half a file.
            if (_file is null || (_length >= maxBytes && (_atLineStart || _length >= maxBytes + maxBytes / 2)))
            {
                BeginFile();
            }

            RandomAccess.Write(_file!, output, _length);
            _length += output.Length;
            _atLineStart = output.Length == 0 ? _atLineStart : output[^1] == '\n';
            return true;
        }
        catch (IOException)
        {
            // Whatever part was written is written over next time: the length has not grown.
            return false;
        }
    }

    private void BeginFile()
    {
        var next = new FileStream(LogFiles.Name(folder, _number + 1), new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = AtomicFile.OwnerOnly,
        });
        _file?.Dispose();
        _file = next.SafeFileHandle;
        _number++;
        _length = 0;
        foreach (var old in LogFiles.Numbers(folder).Where(number => number < _number - LogFiles.KeptFiles))
        {
            File.Delete(LogFiles.Name(folder, old));
        }
    }
}
