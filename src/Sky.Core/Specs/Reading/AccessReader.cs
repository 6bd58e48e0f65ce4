using System.Text.RegularExpressions;
using Sky.Core.Specs.Yaml;

namespace Sky.Core.Specs.Reading;

/// <summary>Reads who may call a service and how much: <c>auth</c>, <c>upstream_auth</c> and <c>limits</c>.</summary>
internal sealed partial class AccessReader(SpecProblems problems)
{
    private const string Path = "service.upstream_auth";
    private static readonly string[] OfTheGateway = ["host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer", "keep-alive"];

    public static ServiceAuth Auth(YamlNode? node) =>
        node.AsText() is { } word && word.Equals("passthrough", StringComparison.OrdinalIgnoreCase) ? ServiceAuth.Passthrough : ServiceAuth.Gateway;

    public UpstreamAuthSpec? UpstreamAuth(YamlNode? node)
    {
        switch (node)
        {
            case YamlNode.Scalar { IsNull: false } bearer:
                return Bearer(bearer);
            case YamlNode.Mapping map when map["bearer"] is YamlNode.Scalar { IsNull: false } bearer && map["header"] is null && map["value"] is null:
                return Bearer(bearer);
            case YamlNode.Mapping map when map["header"] is YamlNode.Scalar { IsNull: false } header && map["value"] is YamlNode.Scalar { IsNull: false } value && map["bearer"] is null:
                if (!HeaderName().IsMatch(header.Text) || OfTheGateway.Contains(header.Text, StringComparer.OrdinalIgnoreCase))
                {
                    problems.Error(header.Line, Path + ".header", "This is no header that the gateway can set: write one such as x-api-key.");
                }

                return new(header.Text, Secret(value, ""));
            case YamlNode.Mapping map:
                problems.Error(map.Line, Path, "upstream_auth is either {bearer: $NAME} or {header: x-api-key, value: $NAME}, with a name of `secrets`.");
                return null;
            default:
                return null;
        }
    }

    public static ServiceLimitsSpec Limits(YamlNode.Mapping? limits) => new()
    {
        RequestsPerMinute = limits?["rpm"].AsInteger(),
        TokensPerMinute = limits?["tpm"].AsInteger(),
        Concurrency = Count(limits?["concurrency"]),
        ReplicaConcurrency = Count(limits?["replica_concurrency"]),
        TokensPerRequest = limits?["tokens_per_request"].AsInteger(),
    };

    private UpstreamAuthSpec Bearer(YamlNode.Scalar bearer) => new("Authorization", Secret(bearer, "Bearer "));

    private SecretValue Secret(YamlNode.Scalar value, string before)
    {
        if (value.Filled is null)
        {
            problems.Warn(value.Line, Path, value.Printed.StartsWith('$')
                ? "Nothing was filled in here: name one of `secrets`, and give its value with --secret."
                : "A key stands in the file. Put it under `secrets:` and name it here as $NAME.");
        }

        if (value.Printed.Length == 0 || value.Printed.AsSpan().IndexOfAnyExceptInRange('\u0020', '\u007e') >= 0)
        {
            problems.Error(value.Line, Path, "The value of a header is of printable ASCII characters, and not empty.");
        }

        return new(before + value.Printed);
    }

    private static int? Count(YamlNode? node) => node.AsInteger() is { } number ? (int)Math.Clamp(number, 1, int.MaxValue) : null;

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();
}
