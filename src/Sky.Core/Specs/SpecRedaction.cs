namespace Sky.Core.Specs;

/// <summary>The spec as it may be shown: every secret masked, and the probe headers that commonly carry one.</summary>
public static class SpecRedaction
{
    public static ServiceSpec Redacted(this ServiceSpec spec) => spec with
    {
        Task = spec.Task with { Secrets = spec.Task.Secrets.ToDictionary(pair => pair.Key, _ => SecretValue.Masked) },
        Serving = spec.Serving with
        {
            ReadinessProbe = spec.Serving.ReadinessProbe with
            {
                Headers = spec.Serving.ReadinessProbe.Headers.ToDictionary(pair => pair.Key, _ => SecretValue.Mask),
            },
        },
    };
}
