using System.Globalization;
using Sky.Controller.Api;
using Sky.Core.Traffic;

namespace Sky.Cli.Serve;

/// <summary>Reads what <c>sky serve traffic</c> is given.</summary>
internal static class TrafficArguments
{
    private const string None = "none";

    /// <summary>What to ask of the controller; null: only to look.</summary>
    public static TrafficRequest? Read(IReadOnlyList<string> weights, string? sticky, string? mirror, bool clear)
    {
        if (clear && (weights.Count > 0 || sticky is not null || mirror is not null))
        {
            throw CliException.InputWrong("--clear ends the division: it takes neither weights nor --sticky nor --mirror.");
        }

        if (sticky is not null && StickyRule.Parse(sticky) is null)
        {
            throw CliException.InputWrong($"--sticky takes {StickyRule.Forms}. Found: '{sticky}'");
        }

        var noMirror = None.Equals(mirror, StringComparison.OrdinalIgnoreCase);
        var request = new TrafficRequest
        {
            Weights = weights.Count > 0 ? [.. weights.Select(Weight)] : null,
            Sticky = sticky,
            Mirror = mirror is null || noMirror ? null : Mirror(mirror),
            NoMirror = noMirror,
            Clear = clear,
        };
        if (request.Weights is { } arms && SplitRules.ProblemOf(arms, request.Mirror) is { } problem)
        {
            throw CliException.InputWrong(problem);
        }

        return request == new TrafficRequest() ? null : request;
    }

    private static VersionWeight Weight(string text) =>
        Pair(text) is var (version, percent)
            ? new VersionWeight(version, percent)
            : throw CliException.InputWrong($"A weight is VERSION=PERCENT, such as 1=90. Found: '{text}'");

    private static MirrorTarget Mirror(string text) =>
        Number(text) is { } alone ? new MirrorTarget(alone, 100)
        : Pair(text) is var (version, percent) ? new MirrorTarget(version, percent)
        : throw CliException.InputWrong($"--mirror takes VERSION, VERSION=PERCENT or none. Found: '{text}'");

    private static (int Version, int Percent)? Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && Number(text[..equals]) is { } version && Number(text[(equals + 1)..].TrimEnd('%')) is { } percent ? (version, percent) : null;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
