using Sky.Core.Images.Scanning;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Traffic.Canaries;

namespace Sky.Controller.Api;

/// <summary>Body of <c>PUT /api/v1/services/{name}</c>: creates the service or gives it a new version.</summary>
public sealed record PutServiceRequest
{
    public required ServiceSpec Spec { get; init; }

    /// <summary>Hash of a workdir uploaded before; null for none.</summary>
    public string? WorkdirHash { get; init; }

    /// <summary>What scanners found in the images, one report each; asked for where <see cref="ServiceSpec.Scan"/> names a scanner.</summary>
    public IReadOnlyList<ScanReport> Scans { get; init; } = [];

    public UpdateMode Mode { get; init; }

    /// <summary>The new version takes over step by step while it is not worse; null: as <see cref="Mode"/> says.</summary>
    public CanarySpec? Canary { get; init; }

    /// <summary>True: 409 when the service exists (and is not down).</summary>
    public bool MustBeNew { get; init; }

    /// <summary>True: 404 when it does not exist.</summary>
    public bool MustExist { get; init; }
}
