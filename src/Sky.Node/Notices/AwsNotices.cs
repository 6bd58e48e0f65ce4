using System.Net;
using System.Text.Json;
using Sky.Core.Nodes;

namespace Sky.Node.Notices;

/// <summary>
/// AWS: <c>spot/instance-action</c> two minutes before a spot machine is taken, <c>events/recommendations/rebalance</c> when that grows likely.
/// By IMDSv2: each look has a token of its own.
/// </summary>
internal sealed class AwsNotices(Uri service) : ICloudNotices
{
    private const int TokenSeconds = 60;

    public async Task<NodeNotice?> LookAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var token = await TokenAsync(client, cancellationToken);
        if (await GetAsync(client, token, "/latest/meta-data/spot/instance-action", cancellationToken) is { } action)
        {
            return new NodeNotice { Kind = NodeNoticeKind.Interruption, At = Time(action, "time"), Detail = action.GetProperty("action").GetString() ?? "" };
        }

        return await GetAsync(client, token, "/latest/meta-data/events/recommendations/rebalance", cancellationToken) is { } rebalance
            ? new NodeNotice { Kind = NodeNoticeKind.AtRisk, At = Time(rebalance, "noticeTime"), Detail = "rebalance" }
            : null;
    }

    private async Task<string> TokenAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(service, "/latest/api/token"));
        request.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", $"{TokenSeconds}");
        using var response = await client.SendAsync(request, cancellationToken);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Null for 404: there is nothing to tell.</summary>
    private async Task<JsonElement?> GetAsync(HttpClient client, string token, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service, path));
        request.Headers.Add("X-aws-ec2-metadata-token", token);
        using var response = await client.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        using var document = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken));
        return document.RootElement.Clone();
    }

    private static DateTimeOffset? Time(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.TryGetDateTimeOffset(out var time) ? time : null;
}
