using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sky.Core.Keys;

/// <summary>The form of a key's secret: <c>sk-sky-</c> and 256 random bits in base64url. Text of that form is a gateway's key and goes to no replica.</summary>
public static class KeySecret
{
    public const string Prefix = "sk-sky-";

    /// <summary>Random bytes in a secret.</summary>
    public const int RandomBytes = 32;

    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>What <see cref="RandomBytes"/> are written in.</summary>
    private const int RandomLength = 43;
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Longer text is no key; it is not even hashed.</summary>
    public const int Longest = 128;

    /// <param name="random"><see cref="RandomBytes"/> bytes of a cryptographic generator.</param>
    public static string From(ReadOnlySpan<byte> random) => Prefix + Base64Url.EncodeToString(random);

    /// <summary>Whether a text has a whole secret in it.</summary>
    public static bool IsIn(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf(Prefix); at >= 0; at = text.IndexOf(Prefix))
        {
            text = text[(at + Prefix.Length)..];
            if (text.Length >= RandomLength && text[..RandomLength].IndexOfAnyExcept(Letters) < 0)
            {
                return true;
            }
        }

        return false;
    }

    public static bool HasForm(ReadOnlySpan<char> text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <param name="secret">At most <see cref="Longest"/> characters.</param>
    /// <param name="hash">Takes <see cref="HashBytes"/> bytes.</param>
    public static void Hash(ReadOnlySpan<char> secret, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(Longest)];
        var length = Encoding.UTF8.GetBytes(secret, bytes);
        SHA256.HashData(bytes[..length], hash);
    }

    /// <summary>The hash as it is stored.</summary>
    public static string HashText(string secret)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        Hash(secret, hash);
        return Convert.ToHexStringLower(hash);
    }
}
