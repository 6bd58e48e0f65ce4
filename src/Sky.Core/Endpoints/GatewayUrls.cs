namespace Sky.Core.Endpoints;

/// <summary>What users reach the gateways by, each without a slash at the end.</summary>
/// <param name="Plain">For most services.</param>
/// <param name="Tls">For services with a certificate of their own; the same where there is no other.</param>
public sealed record GatewayUrls(string Plain, string Tls)
{
    /// <summary>The URL that answers for a service.</summary>
    /// <param name="hasCertificate">It has a certificate of its own.</param>
    /// <param name="httpsServed">What gateways say; null while none has said: then it is taken for served, as it is by default.</param>
    public string For(bool hasCertificate, bool? httpsServed) => hasCertificate && httpsServed != false ? Tls : Plain;

    /// <summary>Whether any of these addresses is one for HTTPS; null when nothing is known of any.</summary>
    /// <param name="listens">What each live gateway says; null for one that does not.</param>
    public static bool? HttpsServed(IEnumerable<IReadOnlyList<string>?> listens)
    {
        var told = listens.OfType<IReadOnlyList<string>>().ToList();
        return told.Count == 0 ? null : told.Exists(addresses => addresses.Any(address => address.StartsWith("https:", StringComparison.Ordinal)));
    }
}
