using System.Text.Json;
using Sky.Core.Specs;
using Sky.Core.Specs.Reading;

namespace Sky.Core.Secrets;

/// <summary>Fills in the values of secrets that are held elsewhere.</summary>
public sealed class SecretResolver(IReadOnlyList<ISecretProvider> providers)
{
    /// <summary>No provider: nothing can be resolved.</summary>
    public static SecretResolver None { get; } = new([]);

    /// <summary>The spec with the values of all references that the providers know; those of others stay as they are.</summary>
    /// <exception cref="SecretException">One could not be had.</exception>
    public async Task<ServiceSpec> FillAsync(ServiceSpec spec, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, SecretValue>(spec.Task.Secrets, StringComparer.Ordinal);
        foreach (var (name, reference) in spec.Task.SecretSources)
        {
            if (providers.FirstOrDefault(one => one.Name == reference.From) is { } provider)
            {
                var value = await provider.ResolveAsync(reference with { Name = reference.Name ?? name }, cancellationToken);
                values[name] = reference.Key is { } key ? Member(name, value, key) : value;
            }
        }

        return spec with
        {
            Task = spec.Task with { Secrets = values },
            Serving = spec.Serving with
            {
                UpstreamAuth = spec.Serving.UpstreamAuth is { Template: { } template } auth ? auth with { Value = Presented(template, values) } : spec.Serving.UpstreamAuth,
                ReadinessProbe = Filled(spec.Serving.ReadinessProbe, values),
            },
        };
    }

    /// <summary>What gateways present, of the secrets that have a value by now.</summary>
    private static SecretValue Presented(SecretValue template, Dictionary<string, SecretValue> values) =>
        new(Header("service.upstream_auth", template.Reveal(), values));

    private static ReadinessProbeSpec Filled(ReadinessProbeSpec probe, Dictionary<string, SecretValue> values)
    {
        if (probe.HeaderTemplates.Count == 0)
        {
            return probe;
        }

        var headers = new Dictionary<string, string>(probe.Headers, StringComparer.Ordinal);
        foreach (var (name, template) in probe.HeaderTemplates)
        {
            headers[name] = Header($"service.readiness_probe.headers.{name}", template, values);
        }

        return probe with { Headers = headers };
    }

    private static string Header(string path, string template, Dictionary<string, SecretValue> values)
    {
        var text = Substitution.Text(template, name => values.TryGetValue(name, out var value) ? value.Reveal() : null);
        return AccessReader.IsHeaderValue(text) ? text : throw new SecretException(
            SecretFailure.Invalid, $"{path}: the value of a header is of printable ASCII characters, and what is held elsewhere for it is not.");
    }

    /// <summary>References of a spec that have no value yet.</summary>
    public static IEnumerable<string> Missing(ServiceSpec spec) => spec.Task.SecretSources.Keys.Where(name => !spec.Task.Secrets.ContainsKey(name));

    private static SecretValue Member(string name, SecretValue value, string key)
    {
        try
        {
            using var json = JsonDocument.Parse(value.Reveal());
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(key, out var member)
                && member.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
            {
                return new SecretValue(member.ValueKind == JsonValueKind.String ? member.GetString()! : member.GetRawText());
            }
        }
        catch (JsonException)
        {
            throw new SecretException(SecretFailure.Invalid, $"Secret {name}: its value is no JSON object, so it has no '{key}': leave `key` out.");
        }

        throw new SecretException(SecretFailure.NotFound, $"Secret {name}: its value has no '{key}'.");
    }
}
