using System.Buffers;
using System.IO.Hashing;
using System.Numerics;
using System.Text;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// A prompt as a row of hashes, one for each full block of its bytes, each of them standing for all that comes before too: prompts that
/// begin alike have rows that begin alike. A model's own name begins the row, because no cache is shared between two.
/// </summary>
internal static class PromptBlocks
{
    /// <summary>Tokens that a block stands for, at four bytes each: what is shared beyond the last full block takes less than a tenth of a second to compute.</summary>
    public const int Tokens = 256;

    private const int Bytes = 4 * Tokens;

    /// <summary>Two million tokens; what is beyond it is alike for everybody.</summary>
    private const int Most = 8192;
    private const ulong Prime = 0x9E3779B185EBCA87;

    public static ulong[] Of(in ReadOnlySequence<byte> prompt, string model)
    {
        var blocks = new ulong[(int)Math.Min(Most, prompt.Length / Bytes)];
        var chain = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(model));
        var (count, held) = (0, 0);
        Span<byte> seam = stackalloc byte[Bytes];
        foreach (var memory in prompt)
        {
            var piece = memory.Span;
            if (held > 0)
            {
                // The block that began in the piece before.
                var more = Math.Min(Bytes - held, piece.Length);
                piece[..more].CopyTo(seam[held..]);
                held += more;
                piece = piece[more..];
                if (held == Bytes && count < blocks.Length)
                {
                    blocks[count++] = chain = Next(chain, seam);
                    held = 0;
                }
            }

            for (; piece.Length >= Bytes && count < blocks.Length; piece = piece[Bytes..])
            {
                blocks[count++] = chain = Next(chain, piece[..Bytes]);
            }

            if (count == blocks.Length)
            {
                break;
            }

            piece.CopyTo(seam[held..]);
            held += piece.Length;
        }

        return blocks;
    }

    private static ulong Next(ulong chain, ReadOnlySpan<byte> block) =>
        (BitOperations.RotateLeft(chain, 29) * Prime) ^ XxHash3.HashToUInt64(block);
}
