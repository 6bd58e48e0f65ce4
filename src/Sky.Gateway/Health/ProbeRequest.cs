using System.Net;
using System.Text;
using Sky.Core.Specs;

namespace Sky.Gateway.Health;

/// <summary>A service's readiness probe as a request to one replica.</summary>
internal static class ProbeRequest
{
    public static HttpRequestMessage Make(string replica, ReadinessProbeSpec probe)
    {
        var request = new HttpRequestMessage(probe.PostData is null ? HttpMethod.Get : HttpMethod.Post, replica + probe.Path)
        {
            Version = HttpVersion.Version11,
        };
        if (probe.PostData is { } data)
        {
            request.Content = new StringContent(data.GetRawText(), Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in probe.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content is { } content)
            {
                content.Headers.Remove(name);
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }
}
