using Sky.Core.Specs.Reading;

namespace Sky.Core.Specs;

/// <summary>The spec as it may be shown: every secret masked, wherever it was filled in, and what commonly carries one.</summary>
public static class SpecRedaction
{
    // A shorter value of an env that is only named like a secret would be found by chance.
    private const int LeastSought = 8;

    public static ServiceSpec Redacted(this ServiceSpec spec)
    {
        var flagged = spec.Task.Envs.Where(env => Credentials.ShowsInEnv(env.Key, env.Value)).ToDictionary();
        var secrets = spec.Task.Secrets.Values.Select(secret => secret.Reveal()).Where(secret => secret.Length > 0)
            .Concat(flagged.Values.Where(value => value.Length >= LeastSought))
            .OrderByDescending(secret => secret.Length).ToArray();
        return spec with
        {
            Task = spec.Task with
            {
                Secrets = spec.Task.Secrets.ToDictionary(pair => pair.Key, _ => SecretValue.Masked),
                Envs = spec.Task.Envs.ToDictionary(env => env.Key, env => flagged.ContainsKey(env.Key) ? SecretValue.Mask : env.Value),
                GitWorkdir = spec.Task.GitWorkdir is { } git ? git with { Url = Masked(git.ShownUrl, secrets) } : null,
                Setup = spec.Task.Setup is { } setup ? Credentials.Masked(setup, SecretValue.Mask) : null,
                Image = spec.Task.Image is { Build: { } build } image ? image with { Build = Redacted(build, text => Masked(text, secrets)) } : spec.Task.Image,
                Run = spec.Task.Run is { } run ? Credentials.Masked(run, SecretValue.Mask) : null,
            },
            Serving = spec.Serving with
            {
                ReadinessProbe = Redacted(spec.Serving.ReadinessProbe, text => Masked(text, secrets)),
                ReplicaPolicy = spec.Serving.ReplicaPolicy with { Metrics = [.. spec.Serving.ReplicaPolicy.Metrics.Select(metric => Redacted(metric, text => Masked(text, secrets)))] },
                UpstreamAuth = spec.Serving.UpstreamAuth is { } auth ? auth with { Value = SecretValue.Masked, Template = null } : null,
            },
        };
    }

    private static ImageBuildSpec Redacted(ImageBuildSpec build, Func<string, string> mask) => build with
    {
        Args = build.Args.ToDictionary(arg => arg.Key, arg => Credentials.ShowsInEnv(arg.Key, arg.Value) ? SecretValue.Mask : mask(arg.Value)),
        Prepare = build.Prepare is { } prepare ? Credentials.Masked(mask(prepare), SecretValue.Mask) : null,
    };

    private static ReadinessProbeSpec Redacted(ReadinessProbeSpec probe, Func<string, string> mask) => probe with
    {
        Path = mask(probe.Path),
        PostData = probe.PostData is { } data ? JsonMask.Map(data, mask) : null,
        Headers = probe.Headers.ToDictionary(pair => pair.Key, _ => SecretValue.Mask),
        HeaderTemplates = new Dictionary<string, string>(),
    };

    private static MetricSpec Redacted(MetricSpec metric, Func<string, string> mask) =>
        metric.Prometheus is { } asked ? metric with { Prometheus = asked with { Url = mask(asked.Url), Query = mask(asked.Query), Username = asked.Username is { } user ? mask(user) : null } } : metric;

    private static string Masked(string text, string[] secrets) =>
        secrets.Aggregate(text, (shown, secret) => shown.Replace(secret, SecretValue.Mask, StringComparison.Ordinal));
}
