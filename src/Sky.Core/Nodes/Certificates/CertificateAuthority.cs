using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sky.Core.Nodes.Certificates;

/// <summary>The controller's own CA: ECDSA on P-256, and short certificates signed by it directly.</summary>
public sealed class CertificateAuthority
{
    /// <summary>Of a certificate; it is renewed at two thirds of it.</summary>
    public static readonly TimeSpan LeafLifetime = TimeSpan.FromDays(30);

    private static readonly TimeSpan CaLifetime = TimeSpan.FromDays(3650);

    /// <summary>Clocks of machines differ: certificates count from a little before.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    private const int SerialBytes = 16;
    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>Without the key.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    public string Fingerprint => EnrolmentToken.FingerprintOf(_certificate);

    /// <summary>A new one: certificate and key as PEM.</summary>
    public static (string Certificate, string Key) Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Skyswarm CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now - Slack, now + CaLifetime);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <exception cref="CryptographicException">They are no CA, or do not belong together.</exception>
    public static CertificateAuthority Read(string certificatePem, string keyPem)
    {
        var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        return certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(extension => extension.CertificateAuthority)
            ? new CertificateAuthority(certificate)
            : throw new CryptographicException("it is no certificate of a CA");
    }

    /// <summary>A certificate (PEM) for a key of someone else. A node's serves; a gateway's calls; the controller's does both, as the node's does to renew itself.</summary>
    public string Issue(PublicKey key, CertificateRole role, DateTimeOffset now)
    {
        var name = role switch { CertificateRole.Node node => $"{node.Key.Node}.{node.Key.Cluster}", CertificateRole.Gateway => "gateway", _ => "controller" };
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(CertificateRole.Names(role.Uri));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(Uses(role), critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var signer = _certificate.GetECDsaPrivateKey()!;
        var until = Earlier(now + LeafLifetime, _certificate.NotAfter);
        using var issued = request.Create(
            _certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), now - Slack, until, RandomNumberGenerator.GetBytes(SerialBytes));
        return issued.ExportCertificatePem();
    }

    /// <summary>A new key and its certificate in one PEM.</summary>
    public string IssueWithKey(CertificateRole role, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Issue(new PublicKey(key), role, now) + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static OidCollection Uses(CertificateRole role)
    {
        var uses = new OidCollection { new Oid(NodeTrust.ClientUse) };
        if (role is not CertificateRole.Gateway)
        {
            uses.Add(new Oid(NodeTrust.ServerUse));
        }

        return uses;
    }
}
