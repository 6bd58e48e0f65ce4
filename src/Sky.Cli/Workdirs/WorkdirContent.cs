using System.Net;

namespace Sky.Cli.Workdirs;

/// <summary>An archive as the body of a request, made while it is sent.</summary>
/// <param name="archive">What is sent.</param>
/// <param name="progress">Told the bytes sent so far.</param>
internal sealed class WorkdirContent(WorkdirArchive archive, Action<long> progress) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        archive.WriteAsync(new CountingStream(stream, progress), cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
