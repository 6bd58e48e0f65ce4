using Sky.Core.Services;

namespace Sky.Controller.Endpoints;

/// <summary>A service as it was last told of. Only a change tells of it again, so what passes by itself is counted when it is read.</summary>
/// <param name="View">As people see it, without its uptime.</param>
/// <param name="ReadySince">When it was first ready; null: not yet.</param>
internal sealed record PublishedView(ServiceView View, DateTimeOffset? ReadySince)
{
    /// <summary>The view with the uptime of that moment.</summary>
    public ServiceView At(DateTimeOffset now) => View with { UptimeSeconds = StatusView.Uptime(ReadySince, now) };
}
