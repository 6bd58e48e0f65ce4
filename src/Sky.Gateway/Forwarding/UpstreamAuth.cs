using System.Net.Http.Headers;
using Sky.Core.Specs;

namespace Sky.Gateway.Forwarding;

/// <summary>Presents the gateway to replicas that have a key of their own: in the place of what the client sent in that header.</summary>
internal static class UpstreamAuth
{
    public static void Apply(UpstreamAuthSpec? auth, HttpRequestHeaders headers)
    {
        if (auth is not null)
        {
            headers.Remove(auth.Header);
            headers.TryAddWithoutValidation(auth.Header, auth.Value.Reveal());
        }
    }
}
