using System.Text;

namespace Sky.Gateway.Ingress;

/// <summary>
/// Reads the <c>Content-Length</c> header of a request: digits and nothing else. Kestrel takes a number with a plus sign too, which a proxy
/// before it may not take for one; here the sign becomes what makes it refuse the request.
/// </summary>
internal sealed class ContentLengthEncoding : Encoding
{
    public static readonly ContentLengthEncoding Instance = new();

    private ContentLengthEncoding()
    {
    }

    public override int GetByteCount(char[] chars, int index, int count) => Latin1.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetMaxByteCount(int charCount) => Latin1.GetMaxByteCount(charCount);

    public override int GetMaxCharCount(int byteCount) => Latin1.GetMaxCharCount(byteCount);

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        // Kestrel has room for one sign more than the longest number: what fills it is refused, however long it is.
        var count = Math.Min(byteCount, chars.Length - charIndex);
        for (var i = 0; i < count; i++)
        {
            chars[charIndex + i] = char.IsAsciiDigit((char)bytes[byteIndex + i]) ? (char)bytes[byteIndex + i] : 'x';
        }

        return count;
    }
}
