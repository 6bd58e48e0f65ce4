using System.Text.Json.Serialization;
using Sky.Core.Images.Scanning;
using Sky.Core.Specs;

namespace Sky.Core.Services;

/// <summary>One immutable version of a service. Never changed and never deleted.</summary>
public sealed record VersionRecord
{
    public required ServiceName Service { get; init; }

    /// <summary>1, 2, 3…</summary>
    public required int Number { get; init; }

    public required ServiceSpec Spec { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The content hash (SHA-256, lower-case hex) of the uploaded <c>workdir</c>; null when there is none.</summary>
    public string? WorkdirHash { get; init; }

    /// <summary>What scanners found in its images when it was made, each shortened to the worst findings.</summary>
    public IReadOnlyList<ScanReport> Scans { get; init; } = [];

    public UpdateMode Mode { get; init; }

    /// <summary>Why what is secret in <see cref="Spec"/> is masked and none of it can be launched; null while all of it can be read.</summary>
    [JsonIgnore]
    public string? Unreadable { get; init; }

    /// <summary>Whether its replicas ask gateways for a key that cannot be read.</summary>
    [JsonIgnore]
    public bool LacksUpstreamKey => Unreadable is not null && Spec.Serving.UpstreamAuth is not null;

    /// <summary>Whether what its probe says in headers cannot be read.</summary>
    [JsonIgnore]
    public bool LacksProbeHeaders => Unreadable is not null && Spec.Serving.ReadinessProbe.Headers.Count > 0;
}
