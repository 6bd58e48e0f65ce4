using System.Text.Json;

namespace Sky.Core.Specs;

/// <summary>The request that tells whether a replica is ready: a 2xx answer in time. Defaults are SkyServe's.</summary>
public sealed record ReadinessProbeSpec
{
    /// <summary>Path with optional query; begins with a slash.</summary>
    public string Path { get; init; } = "/";

    /// <summary>How long a replica may take to become ready, from its first failed probe after it was launched.</summary>
    public double InitialDelaySeconds { get; init; } = 1200;

    public double TimeoutSeconds { get; init; } = 15;

    public double IntervalSeconds { get; init; } = 10;

    /// <summary>A replica that was ready is given up after failing this long without a break.</summary>
    public double FailureThresholdSeconds { get; init; } = 180;

    /// <summary>Present: the probe is a POST of this JSON.</summary>
    public JsonElement? PostData { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Of <see cref="Headers"/> those that name secrets which are held elsewhere, as the file has them: their values are made of these whenever the secrets
    /// are looked up.
    /// </summary>
    public IReadOnlyDictionary<string, string> HeaderTemplates { get; init; } = new Dictionary<string, string>();
}
