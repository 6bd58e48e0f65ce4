using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Hosting;

namespace Sky.Gateway.Ingress;

/// <summary>
/// The certificates of services, found by the name that the client asks for (the service's host name, else one in the certificate), and the
/// one for everything else. Files that change are read again; one that cannot be read leaves the certificate that was there.
/// </summary>
internal sealed partial class CertificateStore(EndpointTable table, GatewayOptions options, string suffix, ILogger<CertificateStore> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TlsSpec, LoadedCertificate> _loaded = [];
    private readonly TlsSpec? _default = DefaultOf(options);

    /// <summary>What is wrong with the default certificate, in one line; null for nothing.</summary>
    public static string? ProblemWithDefault(GatewayOptions options) =>
        DefaultOf(options) is { } spec && TryRead(spec, out var problem) is null ? problem : null;

    /// <summary>Reads the default certificate. Null, or what is wrong with it in one line.</summary>
    public string? LoadDefault()
    {
        if (_default is null)
        {
            return null;
        }

        lock (_gate)
        {
            if (TryRead(_default, out var problem) is { } loaded)
            {
                _loaded[_default] = loaded;
            }

            return problem;
        }
    }

    /// <summary>For one handshake. Throws <see cref="AuthenticationException"/> when there is no certificate at all.</summary>
    public SslServerAuthenticationOptions OptionsFor(string? serverName)
    {
        lock (_gate)
        {
            var wanted = Wanted(serverName) ?? throw new AuthenticationException("no certificate is configured");
            return (_loaded.TryGetValue(wanted, out var loaded) ? loaded : Load(wanted))?.Options
                ?? throw new AuthenticationException("the certificate cannot be read");
        }
    }

    /// <summary>Reads what changed and forgets what no service names any more.</summary>
    public void Refresh()
    {
        var wanted = Services().Select(s => s.Tls!).Append(_default).OfType<TlsSpec>().ToHashSet();
        lock (_gate)
        {
            foreach (var gone in _loaded.Keys.Where(k => !wanted.Contains(k)).ToArray())
            {
                _loaded.Remove(gone);
            }

            foreach (var spec in wanted)
            {
                if (!_loaded.TryGetValue(spec, out var loaded) || loaded.Stamp != LoadedCertificate.StampOf(spec))
                {
                    Load(spec);
                }
            }
        }
    }

    private static TlsSpec? DefaultOf(GatewayOptions options) =>
        options is { TlsCert: { } cert, TlsKey: { } key } ? new TlsSpec(cert, key) : null;

    private static LoadedCertificate? TryRead(TlsSpec spec, out string? problem)
    {
        try
        {
            problem = null;
            return LoadedCertificate.Read(spec);
        }
        catch (Exception failure) when (IsUnreadable(failure))
        {
            problem = $"cannot use the certificate {spec.CertFile} (SKY_TLS_CERT, --tls-cert) with the key {spec.KeyFile} (SKY_TLS_KEY, --tls-key): "
                + $"{failure.Message.ReplaceLineEndings(" ")} Both must be PEM files that belong together";
            return null;
        }
    }

    private TlsSpec? Wanted(string? serverName)
    {
        if (serverName is not null
            && serverName.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            && table.Current.FindByHost(serverName.AsSpan(0, serverName.Length - suffix.Length))?.Snapshot().Endpoints?.Tls is { } ofService)
        {
            return ofService;
        }

        return Covering(serverName) ?? _default ?? Services().FirstOrDefault()?.Tls;
    }

    /// <summary>One that is made out for the name, of those that are read already; the default one goes first.</summary>
    private TlsSpec? Covering(string? serverName)
    {
        if (serverName is null || Uri.CheckHostName(serverName) is UriHostNameType.Unknown)
        {
            return null;
        }

        return Services().Select(s => s.Tls).Prepend(_default).FirstOrDefault(
            spec => spec is not null && _loaded.TryGetValue(spec, out var loaded) && loaded.Certificate.MatchesHostname(serverName));
    }

    private IEnumerable<Sky.Core.Endpoints.ServiceEndpoints> Services() =>
        table.Current.All.Select(s => s.Snapshot().Endpoints).OfType<Sky.Core.Endpoints.ServiceEndpoints>().Where(e => e.Tls is not null).OrderBy(e => e.Service);

    private LoadedCertificate? Load(TlsSpec spec)
    {
        var before = _loaded.GetValueOrDefault(spec);
        try
        {
            var loaded = LoadedCertificate.Read(spec);
            Loaded(logger, spec.CertFile, loaded.Expires);
            return _loaded[spec] = loaded;
        }
        catch (Exception failure) when (IsUnreadable(failure))
        {
            CannotLoad(logger, spec.CertFile, failure.Message);
            if (before is not null)
            {
                // Remembered as seen, so that one broken file is one line in the log.
                _loaded[spec] = before with { Stamp = LoadedCertificate.StampOf(spec) };
            }

            return before;
        }
    }

    private static bool IsUnreadable(Exception failure) =>
        failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

    [LoggerMessage(4030, LogLevel.Information, "Using the certificate {File}, valid until {Expires:u}")]
    private static partial void Loaded(ILogger logger, string file, DateTimeOffset expires);

    [LoggerMessage(4031, LogLevel.Warning, "Cannot use the certificate {File}: {Reason}; what was there before stays in use")]
    private static partial void CannotLoad(ILogger logger, string file, string reason);
}
