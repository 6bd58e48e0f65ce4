using System.Runtime.CompilerServices;

namespace Sky.Controller.Api;

/// <summary>Reads a log that another part of the program, or another program, writes.</summary>
internal static class LogFile
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The lines of the file, the last <paramref name="tail"/> or all; with <paramref name="follow"/> also those to come, for ever.</summary>
    public static async IAsyncEnumerable<string> ReadAsync(
        string path, int? tail, bool follow, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        if (tail is { } count)
        {
            var last = new Queue<string>();
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                last.Enqueue(line);
                if (last.Count > count)
                {
                    last.Dequeue();
                }
            }

            foreach (var line in last)
            {
                yield return line;
            }
        }

        while (true)
        {
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                yield return line;
            }

            if (!follow)
            {
                yield break;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
