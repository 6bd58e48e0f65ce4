using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sky.Core.Nodes;

/// <summary>
/// What a node is given to enrol with, once: <c>sky-node.ID.SECRET.FINGERPRINT</c>. The fingerprint is that of the key of the controller's CA
/// (as kubeadm's <c>discovery-token-ca-cert-hash</c>), so that the node knows the controller before it sends the secret.
/// </summary>
public sealed record EnrolmentToken
{
    public const string Prefix = "sky-node";

    /// <summary>Random bytes in an id.</summary>
    public const int IdBytes = 8;

    /// <summary>Random bytes in a secret.</summary>
    public const int SecretBytes = 32;

    private const int SecretLength = 43;
    private const int FingerprintLength = 2 * SHA256.HashSizeInBytes;

    /// <summary>Names the token in logs and in the store; no secret.</summary>
    public required string Id { get; init; }

    public required string Secret { get; init; }

    /// <summary>SHA-256 of the CA's public key (its SubjectPublicKeyInfo), in hexadecimal digits.</summary>
    public required string CaFingerprint { get; init; }

    /// <summary>The whole token.</summary>
    public string Text => $"{Prefix}.{Id}.{Secret}.{CaFingerprint}";

    /// <param name="random"><see cref="IdBytes"/> and <see cref="SecretBytes"/> bytes of a cryptographic generator.</param>
    /// <param name="caFingerprint">Of <see cref="FingerprintOf"/>.</param>
    public static EnrolmentToken From(ReadOnlySpan<byte> random, string caFingerprint) => new()
    {
        Id = Convert.ToHexStringLower(random[..IdBytes]),
        Secret = Base64Url.EncodeToString(random.Slice(IdBytes, SecretBytes)),
        CaFingerprint = caFingerprint,
    };

    /// <summary>Null for what is no token.</summary>
    public static EnrolmentToken? Parse(string text) => text.Trim().Split('.') switch
    {
        [Prefix, { Length: 2 * IdBytes } id, { Length: SecretLength } secret, { Length: FingerprintLength } fingerprint]
            when IsHex(id) && IsHex(fingerprint) && Base64Url.IsValid(secret)
            => new EnrolmentToken { Id = id, Secret = secret, CaFingerprint = fingerprint },
        _ => null,
    };

    public static string FingerprintOf(X509Certificate2 ca) => Convert.ToHexStringLower(SHA256.HashData(ca.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>The secret as it is stored: it has 256 random bits, which no slow hash makes safer.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>For logs: without the secret.</summary>
    public override string ToString() => $"{Prefix}.{Id}";

    private static bool IsHex(string text) => text.All(char.IsAsciiHexDigitLower);
}
