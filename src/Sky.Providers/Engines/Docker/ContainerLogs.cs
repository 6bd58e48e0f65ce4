using System.Globalization;
using System.Runtime.CompilerServices;
using Docker.DotNet;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Providers.Engines.Output;

namespace Sky.Providers.Engines.Docker;

/// <summary>Reads what a container wrote, both its outputs in the order of writing.</summary>
internal sealed class ContainerLogs(DockerCalls docker)
{
    private const int BufferSize = 64 * 1024;
    private const int LastLineCount = 20;

    /// <param name="container">Its id.</param>
    /// <param name="tail">The last lines only; null for all.</param>
    /// <param name="follow">Whether to go on until it ends.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<string> ReadAsync(
        string container, int? tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await OpenAsync(container, tail, follow, cancellationToken) is not { } stream)
        {
            yield break;
        }

        using (stream)
        {
            var buffer = new byte[BufferSize];
            var (output, errors) = (new LineSplitter(), new LineSplitter());
            while (await NextAsync(stream, buffer, cancellationToken) is { } read)
            {
                var lines = read.Target == MultiplexedStream.TargetStream.StandardError ? errors : output;
                foreach (var line in lines.Add(buffer.AsSpan(0, read.Count)))
                {
                    yield return line;
                }
            }

            foreach (var rest in new[] { output.TakeLast(), errors.TakeLast() }.OfType<string>())
            {
                yield return rest;
            }
        }
    }

    /// <summary>The end of its output, as an exit tells it.</summary>
    public async Task<IReadOnlyList<string>> LastLinesAsync(string container, CancellationToken cancellationToken)
    {
        var last = new LastLines();
        if (await OpenAsync(container, LastLineCount, follow: false, cancellationToken) is { } stream)
        {
            using (stream)
            {
                var buffer = new byte[BufferSize];
                while (await NextAsync(stream, buffer, cancellationToken) is { } read)
                {
                    last.Add(buffer.AsSpan(0, read.Count));
                }
            }
        }

        return last.Take();
    }

    private Task<MultiplexedStream?> OpenAsync(string container, int? tail, bool follow, CancellationToken cancellationToken) =>
        docker.FindAsync(client => client.Containers.GetContainerLogsAsync(
            container,
            new ContainerLogsParameters
            {
                ShowStdout = true,
                ShowStderr = true,
                Follow = follow,
                Tail = tail is { } lines ? lines.ToString(CultureInfo.InvariantCulture) : "all",
            },
            cancellationToken));

    /// <summary>Null at the end.</summary>
    private async Task<MultiplexedStream.ReadResult?> NextAsync(MultiplexedStream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        var read = await docker.DoAsync(_ => stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken));
        return read.EOF ? null : read;
    }
}
