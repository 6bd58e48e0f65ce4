using System.Security.Cryptography;

namespace Sky.Providers.Clouds.Azure;

/// <summary>Azure makes no Linux machine without a password or a key: this one's private half was never kept, so that nobody can sign in with it.</summary>
internal static class ThrownAwayKey
{
    // The least that Azure takes.
    private const int Bits = 2048;

    // Seconds of work on a busy machine, and never secret: once for each process.
    private static readonly Lazy<string> _public = new(Make);

    /// <summary>In OpenSSH's form.</summary>
    public static string Public => _public.Value;

    // RFC 4253, section 6.6: the name, the exponent and the modulus, each with its length before it.
    private static string Make()
    {
        using var rsa = RSA.Create(Bits);
        var key = rsa.ExportParameters(includePrivateParameters: false);
        using var blob = new MemoryStream();
        foreach (var part in new[] { "ssh-rsa"u8.ToArray(), key.Exponent!, [0, .. key.Modulus!] })
        {
            blob.Write([(byte)(part.Length >> 24), (byte)(part.Length >> 16), (byte)(part.Length >> 8), (byte)part.Length]);
            blob.Write(part);
        }

        return $"ssh-rsa {Convert.ToBase64String(blob.ToArray())}";
    }
}
