using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sky.Core.Nodes.Certificates;

/// <summary>Requests for certificates (PKCS#10): the proof that who asks has the key.</summary>
public static class CertificateRequests
{
    /// <summary>Longest request that is read, in characters: one of our keys takes about 500.</summary>
    public const int Longest = 8 << 10;

    private const string Curve = "1.2.840.10045.3.1.7";

    /// <summary>PEM.</summary>
    public static string Make(ECDsa key) => new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();

    /// <summary>The public key of a request that is signed with it; null for what is none, or has another kind of key than P-256.</summary>
    public static PublicKey? Read(string pem)
    {
        if (pem.Length > Longest)
        {
            return null;
        }

        try
        {
            var request = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256);
            using var key = request.PublicKey.GetECDsaPublicKey();
            return key?.ExportParameters(false).Curve.Oid.Value == Curve ? request.PublicKey : null;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>SHA-256 of a public key, by which a node is known again.</summary>
    public static string HashOf(PublicKey key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
}
