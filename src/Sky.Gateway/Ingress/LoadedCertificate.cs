using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Sky.Core.Specs;

namespace Sky.Gateway.Ingress;

/// <summary>A certificate chain in memory, ready for handshakes.</summary>
/// <param name="Options">For the handshake; HTTP/2 and HTTP/1.1 are offered.</param>
/// <param name="Stamp">When its files were last changed.</param>
/// <param name="Expires">The end of its validity.</param>
internal sealed record LoadedCertificate(SslServerAuthenticationOptions Options, (DateTime Cert, DateTime Key) Stamp, DateTimeOffset Expires)
{
    public X509Certificate2 Certificate => Options.ServerCertificateContext!.TargetCertificate;

    /// <summary>Throws what reading files and certificates throws.</summary>
    public static LoadedCertificate Read(TlsSpec spec)
    {
        var stamp = StampOf(spec);
        var certificate = X509Certificate2.CreateFromPemFile(spec.CertFile, spec.KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(spec.CertFile);
        chain.RemoveAt(0);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
        return new LoadedCertificate(options, stamp, certificate.NotAfter);
    }

    public static (DateTime Cert, DateTime Key) StampOf(TlsSpec spec) =>
        (File.GetLastWriteTimeUtc(spec.CertFile), File.GetLastWriteTimeUtc(spec.KeyFile));
}
