using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sky.Core.Nodes.Certificates;

/// <summary>A certificate with its key, and the CA that it and its peers are of.</summary>
public sealed record NodeCredential
{
    public required X509Certificate2 Certificate { get; init; }

    public required X509Certificate2 Ca { get; init; }

    /// <summary>Ready for handshakes.</summary>
    public required SslStreamCertificateContext Context { get; init; }

    /// <param name="pem">Certificate and key, PEM.</param>
    /// <param name="caPem">The CA's certificate, PEM.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">They cannot be read.</exception>
    public static NodeCredential Read(string pem, string caPem)
    {
        var certificate = X509Certificate2.CreateFromPem(pem, pem);
        return new NodeCredential
        {
            Certificate = certificate,
            Ca = X509Certificate2.CreateFromPem(caPem),
            Context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        };
    }

    /// <summary>When to have a new certificate: at two thirds of this one's time.</summary>
    public DateTimeOffset RenewAt => RenewalOf(Certificate);

    public static DateTimeOffset RenewalOf(X509Certificate2 certificate)
    {
        var (from, to) = ((DateTimeOffset)certificate.NotBefore, (DateTimeOffset)certificate.NotAfter);
        return from + ((to - from) * 2 / 3);
    }
}
