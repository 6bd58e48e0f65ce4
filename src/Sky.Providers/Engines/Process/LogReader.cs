using System.Runtime.CompilerServices;
using Sky.Providers.Engines.Output;

namespace Sky.Providers.Engines.Process;

/// <summary>Reads a replica's log files in order, while they are written and the oldest are removed.</summary>
internal sealed class LogReader(string folder, TimeProvider time)
{
    private const int BufferSize = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="tail">The last lines only; null for all.</param>
    /// <param name="hasEnded">Null: what is there now. Else the reading goes on until this is true.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<string> ReadAsync(
        int? tail, Func<bool>? hasEnded, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (number, offset) = tail is { } lines ? LogTail.Find(folder, lines) : (LogFiles.Numbers(folder).FirstOrDefault(1), 0L);
        var splitter = new LineSplitter();
        var buffer = new byte[BufferSize];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Both are asked before reading: what was written before them is then surely read.
            var over = hasEnded?.Invoke() ?? true;
            var next = LogFiles.Numbers(folder).FirstOrDefault(other => other > number);
            var count = Read(LogFiles.Name(folder, number), buffer, offset);
            offset += count;
            foreach (var line in splitter.Add(buffer.AsSpan(0, count)))
            {
                yield return line;
            }

            if (count > 0)
            {
                continue;
            }

            if (next > 0)
            {
                (number, offset) = (next, 0);
            }
            else if (over)
            {
                break;
            }
            else
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }

        if (splitter.TakeLast() is { } last)
        {
            yield return last;
        }
    }

    private static int Read(string path, byte[] buffer, long offset)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return RandomAccess.Read(file.SafeFileHandle, buffer, offset);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0;
        }
    }
}
