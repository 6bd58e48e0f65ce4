using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sky.Cli.Serve;

/// <summary>What curl needs to reach an endpoint: the URL, and the options without which it would refuse the certificate.</summary>
/// <param name="Url">Without a slash at the end.</param>
/// <param name="Options">Ready for a shell, a space after each; empty for none.</param>
internal sealed record CurlTarget(string Url, string Options)
{
    /// <param name="endpoint">The endpoint's URL.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="domain">The domain below which services have host names; there the whole path is the replica's.</param>
    /// <param name="certFile">The PEM chain that the gateway shows; null when it is not known.</param>
    /// <param name="now">When the certificate is to be valid.</param>
    public static CurlTarget Of(string endpoint, string service, string domain, string? certFile, DateTimeOffset now)
    {
        if (certFile is null || !Uri.TryCreate(endpoint, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || Read(certFile) is not { Count: > 0 } chain)
        {
            return new CurlTarget(endpoint, "");
        }

        var options = IsTrusted(chain, now) ? "" : $"--cacert {ShellText.Quote(certFile)} ";
        if (Covers(chain[0], url.DnsSafeHost))
        {
            return new CurlTarget(endpoint, options);
        }

        var ownHost = $"{service}.{domain.Trim('.')}";
        if (HostOf(chain[0], service, ownHost) is not { } host)
        {
            return new CurlTarget(endpoint, "--insecure ");
        }

        var path = host == ownHost ? "" : url.AbsolutePath.TrimEnd('/');
        return new CurlTarget($"https://{host}:{url.Port}{path}", $"{options}--connect-to {ShellText.Quote($"::{url.Host}:{url.Port}")} ");
    }

    private static X509Certificate2Collection? Read(string certFile)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certFile);
            return chain;
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsTrusted(X509Certificate2Collection certificates, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(certificates);
        return chain.Build(certificates[0]);
    }

    private static bool Covers(X509Certificate2 certificate, string host) =>
        Uri.CheckHostName(host) != UriHostNameType.Unknown && certificate.MatchesHostname(host);

    /// <summary>A host that the certificate is for: the service's own where it is one, as the gateway shows this certificate there in any case.</summary>
    private static string? HostOf(X509Certificate2 certificate, string service, string ownHost)
    {
        if (Covers(certificate, ownHost))
        {
            return ownHost;
        }

        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var names = alternatives?.EnumerateDnsNames() ?? [];
        var addresses = alternatives?.EnumerateIPAddresses() ?? [];
        return names
            .Append(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false))
            .Select(name => name.StartsWith("*.", StringComparison.Ordinal) ? service + name[1..] : name)
            .Concat(addresses.Select(UrlHost))
            .FirstOrDefault(host => Covers(certificate, host.Trim('[', ']')));
    }

    private static string UrlHost(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
