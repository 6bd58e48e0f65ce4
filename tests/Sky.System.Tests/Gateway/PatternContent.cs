using System.Net;

namespace Sky.SystemTests.Gateway;

/// <summary>A body of a length, made as it is sent.</summary>
internal sealed class PatternContent(long length) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var piece = new byte[1 << 16];
        for (var left = length; left > 0; left -= piece.Length)
        {
            await stream.WriteAsync(piece.AsMemory(0, (int)Math.Min(left, piece.Length)));
        }
    }

    protected override bool TryComputeLength(out long result)
    {
        result = length;
        return true;
    }
}
