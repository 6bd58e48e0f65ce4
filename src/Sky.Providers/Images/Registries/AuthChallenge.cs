using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Sky.Providers.Images.Registries;

/// <summary>How a registry wants to be shown who asks: the <c>WWW-Authenticate</c> of its 401.</summary>
internal sealed partial record AuthChallenge(bool IsBasic, Uri? Realm, string? Service, string? Scope)
{
    /// <summary>The first challenge that we can answer; null for none.</summary>
    public static AuthChallenge? Read(HttpResponseHeaders headers)
    {
        foreach (var header in headers.WwwAuthenticate)
        {
            if (header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            {
                return new(true, null, null, null);
            }
            var parts = Part().Matches(header.Parameter ?? "").ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.OrdinalIgnoreCase);
            if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(parts.GetValueOrDefault("realm"), UriKind.Absolute, out var realm))
            {
                return new(false, realm, parts.GetValueOrDefault("service"), parts.GetValueOrDefault("scope"));
            }
        }
        return null;
    }

    [GeneratedRegex("([A-Za-z_]+)=\"([^\"]*)\"")]
    private static partial Regex Part();
}
