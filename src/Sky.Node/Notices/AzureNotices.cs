using System.Globalization;
using System.Text.Json;
using Sky.Core.Nodes;

namespace Sky.Node.Notices;

/// <summary>
/// Azure: scheduled events. <c>Preempt</c> takes a spot machine (30 seconds ahead at least), <c>Terminate</c> is its deletion; others are over after a while.
/// </summary>
internal sealed class AzureNotices(Uri service) : ICloudNotices
{
    public async Task<NodeNotice?> LookAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service, "/metadata/scheduledevents?api-version=2020-07-01"));
        request.Headers.Add("Metadata", "true");
        using var response = await client.SendAsync(request, cancellationToken);
        using var document = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken));
        if (!document.RootElement.TryGetProperty("Events", out var events))
        {
            return null;
        }

        return events.EnumerateArray().Select(Notice).OrderByDescending(notice => notice.Kind == NodeNoticeKind.Interruption).FirstOrDefault();
    }

    private static NodeNotice Notice(JsonElement scheduled)
    {
        var type = scheduled.GetProperty("EventType").GetString() ?? "";
        var at = scheduled.TryGetProperty("NotBefore", out var text)
            && DateTimeOffset.TryParse(text.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : (DateTimeOffset?)null;
        return new NodeNotice { Kind = type is "Preempt" or "Terminate" ? NodeNoticeKind.Interruption : NodeNoticeKind.Maintenance, At = at, Detail = type };
    }
}
