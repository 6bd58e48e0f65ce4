using System.Text.Json;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads <c>service.readiness_probe</c>.</summary>
/// <param name="problems">What is wrong.</param>
/// <param name="isHeldElsewhere">Whether a secret of that name has its value elsewhere, which is filled in when a version is made.</param>
internal sealed class ProbeReader(SpecProblems problems, Func<string, bool> isHeldElsewhere)
{
    private const string At = "service.readiness_probe";

    public ReadinessProbeSpec Read(YamlNode? node)
    {
        var defaults = new ReadinessProbeSpec();
        if (node is not YamlNode.Mapping probe)
        {
            return new() { Path = ProbePath(node, At) ?? defaults.Path };
        }

        var headers = Headers(probe["headers"] as YamlNode.Mapping);
        return new()
        {
            Path = ProbePath(probe["path"], At + ".path") ?? defaults.Path,
            InitialDelaySeconds = probe["initial_delay_seconds"].AsNumber() ?? defaults.InitialDelaySeconds,
            TimeoutSeconds = probe["timeout_seconds"].AsNumber() ?? defaults.TimeoutSeconds,
            IntervalSeconds = probe["endpoint_probe_interval_seconds"].AsNumber() ?? defaults.IntervalSeconds,
            FailureThresholdSeconds = probe["consecutive_failure_threshold_timeout"].AsNumber() ?? defaults.FailureThresholdSeconds,
            PostData = PostData(probe["post_data"]),
            Headers = headers,
            HeaderTemplates = headers.Where(header => Substitution.Names(header.Value, isHeldElsewhere)).ToDictionary(StringComparer.Ordinal),
        };
    }

    private string? ProbePath(YamlNode? node, string at)
    {
        if (node is not YamlNode.Scalar { Kind: ScalarKind.Text } scalar)
        {
            return null;
        }
        if (!scalar.Text.StartsWith('/'))
        {
            problems.Error(scalar.Line, at, $"readiness_path must start with a slash (/). Got: {scalar.Shown}");
        }
        else if (scalar.Text.Any(sign => char.IsControl(sign) || char.IsWhiteSpace(sign)))
        {
            problems.Error(scalar.Line, at, "readiness_path must not hold spaces or line ends: write them as %20 and the like.");
        }
        return scalar.Text;
    }

    private JsonElement? PostData(YamlNode? node)
    {
        if (node is not YamlNode.Scalar { Kind: ScalarKind.Text } scalar)
        {
            return node is YamlNode.Mapping map ? NodeJson.ToElement(map) : null;
        }
        try
        {
            using var json = JsonDocument.Parse(scalar.Text);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            problems.Error(scalar.Line, At + ".post_data",
                "Invalid JSON string for `post_data` in the `readiness_probe` section of your service YAML. Write it as a mapping or as valid JSON.");
            return null;
        }
    }

    private Dictionary<string, string> Headers(YamlNode.Mapping? headers)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in headers?.Entries ?? [])
        {
            var at = $"{At}.headers.{entry.Key}";
            if (entry.Key.Length == 0 || !entry.Key.All(sign => char.IsAsciiLetterOrDigit(sign) || "!#$%&'*+-.^_`|~".Contains(sign, StringComparison.Ordinal)))
            {
                problems.Error(entry.Line, at, "A header's name has letters, digits and - only.");
            }
            else if (entry.Value.AsText() is { } value)
            {
                values[entry.Key] = value;
                CheckValue(entry, value, at);
            }
        }
        return values;
    }

    private void CheckValue(YamlEntry entry, string value, string at)
    {
        if (value.Any(char.IsControl))
        {
            problems.Error(entry.Line, at, "A header's value must be one line without control characters.");
        }
    }
}
