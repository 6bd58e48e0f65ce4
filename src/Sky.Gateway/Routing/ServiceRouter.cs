using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Routing;

/// <summary>
/// Finds the service that a request is for: by host name (<c>name.domain</c>, any port), else by path (<c>/services/name/…</c>).
/// It reads the target as it was sent, so that nothing encoded in it can change where it goes.
/// </summary>
internal sealed class ServiceRouter(EndpointTable table, string domain)
{
    private const string Root = "/services/";
    private readonly string _suffix = Suffix(domain);

    /// <summary>What the host names of services end with.</summary>
    public static string Suffix(string domain) => "." + domain.Trim('.');

    /// <param name="host">The <c>Host</c> header.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="match">Where it goes.</param>
    public bool TryRoute(ReadOnlySpan<char> host, string target, out RouteMatch match)
    {
        var directory = table.Current;
        if (Label(host) is { IsEmpty: false } label && directory.FindByHost(label) is { } byHost)
        {
            match = new RouteMatch(byHost, target, 0);
            return true;
        }

        if (Named(target) is { IsEmpty: false } name && directory.Find(name) is { } byPath)
        {
            match = new RouteMatch(byPath, target, Root.Length + name.Length);
            return true;
        }

        match = default;
        return false;
    }

    /// <summary>The service that a request is for, known or not: by its path, else by its host; empty when neither names one.</summary>
    public string Asked(ReadOnlySpan<char> host, string target) =>
        (Named(target) is { IsEmpty: false } name ? name : Label(host)).ToString();

    /// <summary>The service that the path names, known or not; empty when it names none.</summary>
    private static ReadOnlySpan<char> Named(ReadOnlySpan<char> target)
    {
        if (!target.StartsWith(Root, StringComparison.Ordinal))
        {
            return [];
        }

        var rest = target[Root.Length..];
        var end = rest.IndexOfAny('/', '?');
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>The part of <paramref name="host"/> before the gateway's domain; empty when it is not below it.</summary>
    private ReadOnlySpan<char> Label(ReadOnlySpan<char> host)
    {
        var colon = host.LastIndexOf(':');
        var name = colon > 0 ? host[..colon] : host;
        return name.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase) ? name[..^_suffix.Length] : [];
    }
}
