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

    /// <param name="isHeldElsewhere">Whether a secret of that name has its value elsewhere, which is filled in when a version is made.</param>
    /// <param name="node">What the file has there.</param>
    public UpstreamAuthSpec? UpstreamAuth(Func<string, bool> isHeldElsewhere, YamlNode? node)
    {
        switch (node)
        {
            case YamlNode.Scalar { IsNull: false } bearer:
                return Auth("Authorization", bearer, "Bearer ", isHeldElsewhere);
            case YamlNode.Mapping map when map["bearer"] is YamlNode.Scalar { IsNull: false } bearer && map["header"] is null && map["value"] is null:
                return Auth("Authorization", bearer, "Bearer ", isHeldElsewhere);
            case YamlNode.Mapping map when map["header"] is YamlNode.Scalar { IsNull: false } header && map["value"] is YamlNode.Scalar { IsNull: false } value && map["bearer"] is null:
                if (!HeaderName().IsMatch(header.Text) || OfTheGateway.Contains(header.Text, StringComparer.OrdinalIgnoreCase))
                {
                    problems.Error(header.Line, Path + ".header", "This is no header that the gateway can set: write one such as x-api-key.");
                }

                return Auth(header.Text, value, "", isHeldElsewhere);
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

    private UpstreamAuthSpec Auth(string header, YamlNode.Scalar value, string before, Func<string, bool> isHeldElsewhere)
    {
        var waits = Substitution.Names(value.Printed, isHeldElsewhere);
        var written = Secret(value, before, waits);
        return new(header, written) { Template = waits ? written : null };
    }

    private SecretValue Secret(YamlNode.Scalar value, string before, bool waits)
    {
        if (value.Filled is null && !waits)
        {
            problems.Warn(value.Line, Path, value.Printed.StartsWith('$')
                ? "Nothing was filled in here: name one of `secrets`, and give its value with --secret."
                : "A key stands in the file. Put it under `secrets:` and name it here as $NAME.");
        }

        if (!IsHeaderValue(value.Printed))
        {
            problems.Error(value.Line, Path, "The value of a header is of printable ASCII characters, and not empty.");
        }

        return new(before + value.Printed);
    }

    /// <summary>Whether it can be sent as a header.</summary>
    public static bool IsHeaderValue(string text) => text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('\u0020', '\u007e') < 0;

    private static int? Count(YamlNode? node) => node.AsInteger() is { } number ? (int)Math.Clamp(number, 1, int.MaxValue) : null;

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();
}
