using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Sky.Gateway.Routing.Models;

/// <summary>Whether bytes that lie in several pieces are UTF-8.</summary>
internal static class Utf8Text
{
    private const int LongestCharacter = 4;

    public static bool IsValid(in ReadOnlySequence<byte> text)
    {
        if (text.IsSingleSegment)
        {
            return Utf8.IsValid(text.FirstSpan);
        }

        Span<byte> seam = stackalloc byte[2 * LongestCharacter];
        var open = 0;
        foreach (var memory in text)
        {
            var piece = memory.Span;
            if (open > 0)
            {
                // The character that began in the piece before, with what may end it.
                var more = Math.Min(LongestCharacter, piece.Length);
                piece[..more].CopyTo(seam[open..]);
                var status = Rune.DecodeFromUtf8(seam[..(open + more)], out _, out var length);
                if (status is OperationStatus.NeedMoreData)
                {
                    open += more;
                    continue;
                }

                if (status is not OperationStatus.Done)
                {
                    return false;
                }

                piece = piece[(length - open)..];
            }

            open = OpenAtEnd(piece);
            if (!Utf8.IsValid(piece[..^open]))
            {
                return false;
            }

            piece[^open..].CopyTo(seam);
        }

        return open == 0;
    }

    /// <summary>How many bytes at the end are the beginning of a character that is not there whole.</summary>
    private static int OpenAtEnd(ReadOnlySpan<byte> piece)
    {
        for (var back = 1; back < LongestCharacter && back <= piece.Length; back++)
        {
            var last = piece[^back];
            if ((last & 0b1100_0000) != 0b1000_0000)
            {
                var needs = last >= 0b1111_0000 ? 4 : last >= 0b1110_0000 ? 3 : last >= 0b1100_0000 ? 2 : 1;
                return needs > back ? back : 0;
            }
        }

        return 0;
    }
}
