using System.Net;

namespace Sky.SystemTests.Gateway;

/// <summary>A body made as it is sent.</summary>
/// <param name="length">In bytes.</param>
/// <param name="chunked">Its length is not told beforehand.</param>
/// <param name="sent">Told after every piece how many bytes have been sent, and waited for before the next; null: they follow at once.</param>
internal sealed class PatternContent(long length, bool chunked = false, Func<long, Task>? sent = null) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var piece = new byte[1 << 16];
        for (var left = length; left > 0;)
        {
            var next = (int)Math.Min(left, piece.Length);
            await stream.WriteAsync(piece.AsMemory(0, next));
            left -= next;
            if (sent is not null)
            {
                await stream.FlushAsync();
                await sent(length - left);
            }
        }
    }

    protected override bool TryComputeLength(out long result)
    {
        result = chunked ? 0 : length;
        return !chunked;
    }
}
