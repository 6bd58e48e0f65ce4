using Sky.Core.Keys;
using Sky.Core.Services;

namespace Sky.Core.Endpoints;

/// <summary>
/// One line of the watch stream. First comes one line a key, then one a service, then a line with <see cref="Synced"/>, which says that
/// every key and service not named so far is gone; then changes as they happen, and now and then an empty line of life (all null).
/// </summary>
public sealed record EndpointsChange
{
    public ServiceName? Service { get; init; }

    /// <summary>The new snapshot of <see cref="Service"/>; null: it is gone.</summary>
    public ServiceEndpoints? Endpoints { get; init; }

    /// <summary>A new key, or one that changed. Keys are revoked, never removed.</summary>
    public KeyRecord? Key { get; init; }

    /// <summary>The end of the present state.</summary>
    public bool Synced { get; init; }
}
