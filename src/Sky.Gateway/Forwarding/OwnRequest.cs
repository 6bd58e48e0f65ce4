using System.Net;
using Sky.Core.Endpoints;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Forwarding;

/// <summary>What the gateway itself asks a replica, beside its probe: with the probe's headers, and with the key where replicas have one.</summary>
internal static class OwnRequest
{
    /// <param name="service">Of which the replica is.</param>
    /// <param name="replica">Who is asked.</param>
    /// <param name="path">From the replica's root, as it is sent.</param>
    public static HttpRequestMessage Get(ServiceEndpoints service, ReplicaTracker replica, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, replica.Prefix + path) { Version = HttpVersion.Version11 };
        foreach (var (name, value) in service.ReadinessProbe.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        UpstreamAuth.Apply(service.UpstreamAuth, request.Headers);
        return request;
    }
}
