using System.Text;

namespace Sky.Bench.Forwarding;

/// <summary>What every request of a load says.</summary>
/// <param name="Text">The body, ASCII.</param>
/// <param name="Key">A key of the gateway; null for none.</param>
internal sealed record LoadBody(string Text, string? Key = null)
{
    /// <summary>A whole request of HTTP/1.1.</summary>
    public byte[] Request(int port, string path, string? accept = null)
    {
        var head = new StringBuilder($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {Text.Length}\r\n");
        head.Append(accept is null ? "" : $"Accept: {accept}\r\n").Append(Key is null ? "" : $"Authorization: Bearer {Key}\r\n");
        return Encoding.ASCII.GetBytes(head.Append("\r\n").Append(Text).ToString());
    }
}
