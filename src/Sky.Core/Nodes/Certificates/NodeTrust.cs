using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sky.Core.Nodes.Certificates;

/// <summary>
/// TLS among controller, gateways and nodes: both sides show a certificate that the controller's CA signed itself, and only the role in it counts.
/// TLS 1.2 and later.
/// </summary>
public static class NodeTrust
{
    public const string ServerUse = "1.3.6.1.5.5.7.3.1";
    public const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>A leaf and the CA: there are no others between.</summary>
    private const int ChainLength = 2;

    /// <summary>To call whoever has one of the roles that <paramref name="accept"/> takes.</summary>
    public static SslClientAuthenticationOptions Client(NodeCredential own, string host, Func<CertificateRole, bool> accept, DateTimeOffset now)
    {
        var options = Client(own.Ca, host, accept, now);
        options.ClientCertificateContext = own.Context;
        return options;
    }

    /// <summary>The same by one that has no certificate itself.</summary>
    public static SslClientAuthenticationOptions Client(X509Certificate2 ca, string host, Func<CertificateRole, bool> accept, DateTimeOffset now) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = Protocols,
        CertificateChainPolicy = Policy(ca, ServerUse, now),

        // The name of the host says where to dial; who answers is told by the role.
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors & ~SslPolicyErrors.RemoteCertificateNameMismatch, accept),
        AllowRenegotiation = false,
    };

    /// <summary>To be called by whoever has one of the roles that <paramref name="accept"/> takes.</summary>
    /// <param name="own">The credential to show.</param>
    /// <param name="accept">Which roles.</param>
    /// <param name="now">The time.</param>
    /// <param name="required">False: a caller without a certificate is let in too.</param>
    public static SslServerAuthenticationOptions Server(NodeCredential own, Func<CertificateRole, bool> accept, DateTimeOffset now, bool required = true) => new()
    {
        ServerCertificateContext = own.Context,
        EnabledSslProtocols = Protocols,
        ClientCertificateRequired = true,
        CertificateChainPolicy = Policy(own.Ca, ClientUse, now),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            (certificate is null && !required) || IsTrusted(certificate, chain, errors & ~SslPolicyErrors.RemoteCertificateNameMismatch, accept),
        AllowRenegotiation = false,

        // A resumed session would stand for a certificate that may have ended meanwhile.
        AllowTlsResume = false,
    };

    /// <summary>The role of a certificate that the CA signed for this use; null for any other.</summary>
    public static CertificateRole? RoleOf(X509Certificate2 certificate, X509Certificate2 ca, string use, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = Policy(ca, use, now);
        return chain.Build(certificate) && chain.ChainElements.Count == ChainLength ? CertificateRole.Of(certificate) : null;
    }

    private static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, Func<CertificateRole, bool> accept) =>
        errors == SslPolicyErrors.None
        && certificate is X509Certificate2 leaf
        && chain is { ChainElements.Count: ChainLength }
        && CertificateRole.Of(leaf) is { } role
        && accept(role);

    private static X509ChainPolicy Policy(X509Certificate2 ca, string use, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.UtcDateTime,
        };
        policy.CustomTrustStore.Add(ca);
        policy.ApplicationPolicy.Add(new Oid(use));
        return policy;
    }
}
