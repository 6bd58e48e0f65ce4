using System.Text.Json;

namespace Sky.Core.Specs;

/// <summary>The spec as it may be shown: every secret masked, wherever it was filled in, and what commonly carries one.</summary>
public static class SpecRedaction
{
    public static ServiceSpec Redacted(this ServiceSpec spec)
    {
        var secrets = spec.Task.Secrets.Values.Select(secret => secret.Reveal()).Where(secret => secret.Length > 0)
            .OrderByDescending(secret => secret.Length).ToArray();
        return spec with
        {
            Task = spec.Task with { Secrets = spec.Task.Secrets.ToDictionary(pair => pair.Key, _ => SecretValue.Masked) },
            Serving = spec.Serving with { ReadinessProbe = Redacted(spec.Serving.ReadinessProbe, text => Masked(text, secrets)) },
            Kept = spec.Kept.ToDictionary(kept => kept.Key, kept => Redacted(kept.Key, kept.Value)),
        };
    }

    private static ReadinessProbeSpec Redacted(ReadinessProbeSpec probe, Func<string, string> mask) => probe with
    {
        Path = mask(probe.Path),
        PostData = probe.PostData is { } data ? JsonMask.Map(data, mask) : null,
        Headers = probe.Headers.ToDictionary(pair => pair.Key, _ => SecretValue.Mask),
    };

    private static JsonElement Redacted(string path, JsonElement value) =>
        path is "service.auth" or "service.upstream_auth" ? JsonMask.Map(value, _ => SecretValue.Mask) : value;

    private static string Masked(string text, string[] secrets) =>
        secrets.Aggregate(text, (shown, secret) => shown.Replace(secret, SecretValue.Mask, StringComparison.Ordinal));
}
