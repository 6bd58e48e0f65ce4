using System.Text;

namespace Sky.Gateway.Ingress;

/// <summary>
/// Reads the <c>Connection</c> header of a request. Kestrel replaces the whole header by <c>close</c>, <c>keep-alive</c> or <c>upgrade</c>
/// when exactly one of these is in it, and with that forgets the headers it names beside. A line that names a header is therefore given
/// a second option, which keeps it as it is: <c>close</c> wins over <c>keep-alive</c>, and <c>upgrade</c> is indifferent to it.
/// </summary>
internal sealed class ConnectionHeaderEncoding : Encoding
{
    public static readonly ConnectionHeaderEncoding Instance = new();

    private ConnectionHeaderEncoding()
    {
    }

    public override int GetByteCount(char[] chars, int index, int count) => Latin1.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetMaxByteCount(int charCount) => Latin1.GetMaxByteCount(charCount);

    public override int GetMaxCharCount(int byteCount) => Latin1.GetMaxCharCount(byteCount) + Addition(close: true).Length;

    public override int GetCharCount(byte[] bytes, int index, int count) => Read(bytes.AsSpan(index, count)).Length;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        var text = Read(bytes.AsSpan(byteIndex, byteCount));
        text.CopyTo(chars.AsSpan(charIndex));
        return text.Length;
    }

    private static string Read(ReadOnlySpan<byte> bytes)
    {
        var line = Latin1.GetString(bytes);
        var namesHeader = false;
        var decides = false;
        foreach (var part in line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var isDecision = part.Equals("close", StringComparison.OrdinalIgnoreCase) || part.Equals("upgrade", StringComparison.OrdinalIgnoreCase);
            decides |= isDecision;
            namesHeader |= !isDecision && !part.Equals("keep-alive", StringComparison.OrdinalIgnoreCase);
        }

        return namesHeader ? line + Addition(close: !decides) : line;
    }

    private static string Addition(bool close) => close ? ", keep-alive, close" : ", keep-alive";
}
