using System.CommandLine;
using Sky.Cli.Keys;
using Sky.Core.Services;
using Sky.Core.Traffic.Canaries;

namespace Sky.Cli.Serve;

/// <summary>The options of <c>update</c> that make a canary of it.</summary>
internal sealed class CanaryOptions
{
    private const string UsualTime = "15m";
    private const string UsualMetrics = "error_rate,ttft_p95";

    private readonly Option<int?> _percent = new("--canary") { Description = "Give the new version this percent of the requests first, and more while it is not worse; it goes back by itself when it is.", HelpName = "PERCENT" };
    private readonly Option<string?> _after = new("--promote-after") { Description = $"How long each share of a canary lasts; {UsualTime} by default.", HelpName = "TIME" };
    private readonly Option<string?> _metrics = new("--analyse", "--analyze") { Description = $"What a canary is compared by; {UsualMetrics} by default.", HelpName = "METRICS" };
    private readonly Option<string?> _tolerate = new("--tolerate") { Description = "How much worse a canary may be by each of them, such as error_rate=0.5%,ttft_p95=10%, the default.", HelpName = "METRIC=PERCENT" };
    private readonly Option<string?> _sticky = new("--sticky") { Description = "What keeps one user at one version while a canary is under way: header:NAME, key, or none (the default).", HelpName = "WHAT" };

    public void AddTo(Command command)
    {
        command.Options.Add(_percent);
        command.Options.Add(_after);
        command.Options.Add(_metrics);
        command.Options.Add(_tolerate);
        command.Options.Add(_sticky);
    }

    /// <summary>Null: no canary is asked for.</summary>
    public CanarySpec? Read(ParseResult parsed, UpdateMode mode)
    {
        var (after, metrics, tolerate, sticky) = (parsed.GetValue(_after), parsed.GetValue(_metrics), parsed.GetValue(_tolerate), parsed.GetValue(_sticky));
        if (parsed.GetValue(_percent) is not { } percent)
        {
            return after is null && metrics is null && tolerate is null && sticky is null
                ? null
                : throw CliException.InputWrong("--promote-after, --analyse, --tolerate and --sticky are for --canary PERCENT.");
        }

        if (mode is UpdateMode.BlueGreen)
        {
            throw CliException.InputWrong("--canary takes over step by step, --mode blue_green all at once: give one of them.");
        }

        var spec = new CanarySpec
        {
            Percent = percent,
            PromoteAfterSeconds = (KeyText.Duration(after ?? UsualTime)
                ?? throw CliException.InputWrong($"--promote-after takes a time such as 30s, 15m or 2h. Found: '{after}'")).TotalSeconds,
            Metrics = [.. (metrics ?? UsualMetrics).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            Tolerances = tolerate is null
                ? null
                : Tolerance.Parse(tolerate) ?? throw CliException.InputWrong($"--tolerate takes percents such as error_rate=0.5%,ttft_p95=10%. Found: '{tolerate}'"),
            Sticky = sticky,
        };
        return spec.Problem() is { } problem ? throw CliException.InputWrong(problem) : spec;
    }
}
