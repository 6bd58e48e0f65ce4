using System.Buffers.Text;
using System.Text;

namespace Sky.Core.Metering;

/// <summary>The inside of a JSON string as text. It may be cut anywhere and hold anything: what is not right becomes signs of replacement.</summary>
internal static class JsonText
{
    /// <param name="json">Without the quotes.</param>
    /// <param name="text">At least as long.</param>
    /// <returns>Characters written.</returns>
    public static int Decode(ReadOnlySpan<byte> json, Span<char> text)
    {
        var written = 0;
        while (!json.IsEmpty)
        {
            var plain = json.IndexOf((byte)'\\');
            plain = plain < 0 ? json.Length : plain;
            written += Encoding.UTF8.GetChars(json[..plain], text[written..]);
            json = json[plain..];
            if (json.Length > 1)
            {
                (text[written++], var used) = Escaped(json[1..]);
                json = json[(1 + used)..];
            }
            else
            {
                json = [];
            }
        }

        return written;
    }

    private static (char Sign, int Used) Escaped(ReadOnlySpan<byte> escape) => escape[0] switch
    {
        (byte)'n' => ('\n', 1),
        (byte)'t' => ('\t', 1),
        (byte)'r' => ('\r', 1),
        (byte)'b' => ('\b', 1),
        (byte)'f' => ('\f', 1),
        (byte)'u' when escape.Length > 4 && Utf8Parser.TryParse(escape[1..5], out ushort sign, out var used, 'x') && used == 4 => ((char)sign, 5),
        var other => ((char)other, 1),
    };
}
