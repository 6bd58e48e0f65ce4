using System.CommandLine;
using System.Globalization;
using Sky.Core.Autoscaling.Spot;
using Sky.Core.Simulation.Spot;

namespace Sky.Cli.Simulate;

/// <summary>The options of <c>sky simulate spot</c>: the traces, the policies, the service and the prices.</summary>
internal sealed class SpotOptions
{
    private readonly Option<string> _traces = new("--traces") { Description = "The folder of traces: a .json file for each zone.", HelpName = "DIR", Required = true };
    private readonly Option<string[]> _policies = new("--policy") { Description = "A policy to run, or several with commas; all by default.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
    private readonly Option<int> _target = Whole("--target", "Replicas that shall be active.", 3, 1, 1000);
    private readonly Option<int> _spare = Whole("--spare", "Spare replicas of spot_hedge; adaptive finds its own number.", 1, 0, 1000);
    private readonly Option<string> _coldStart = new("--cold-start") { Description = "From launch to active, such as 120s or 2m; rounded up to ticks of 30 seconds.", HelpName = "TIME", DefaultValueFactory = _ => "120s" };
    private readonly Option<double> _ratio = Number("--od-price-ratio", "On-demand price over spot price.", 3, value => value is > 0 and <= 1000, "a number above 0, at most 1000");
    private readonly Option<double> _availability = Number(
        "--availability-target", "What adaptive aims at, a share of 1.", SpotSettings.DefaultAvailabilityTarget, value => value is > 0 and < 1, "a number above 0 and below 1");
    private readonly Option<int> _offsets = Whole("--offsets", "Windows of one day, from random offsets.", 200, 1, 100_000);
    private readonly Option<int> _placements = Whole("--placements", "Placement seeds each window is run with: the order of zones, and chance.", 3, 1, 1000);
    private readonly Option<int> _seed = new("--seed") { Description = "The same seed gives the same result.", HelpName = "N", DefaultValueFactory = _ => 0 };
    private readonly Option<string?> _plot = new("--plot") { Description = "Draw cost and availability into this file.", HelpName = "FILE.svg" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_traces, _policies, _target, _spare, _coldStart, _ratio, _availability, _offsets, _placements, _seed, _plot])
        {
            command.Add(option);
        }
    }

    public string Traces(ParseResult parsed) => parsed.GetRequiredValue(_traces);

    public string? Plot(ParseResult parsed) => parsed.GetValue(_plot);

    /// <summary>In the order given, each once.</summary>
    /// <exception cref="CliException">One is not known; the message names those that are.</exception>
    public IReadOnlyList<string> Policies(ParseResult parsed)
    {
        var given = parsed.GetValue(_policies) ?? [];
        var named = given
            .SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(name => name.ToLowerInvariant())
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var known = $"Those that can be simulated: {string.Join(", ", SpotSimulation.Names)}.";
        return named.Find(name => !SpotSimulation.Names.Contains(name)) is { } unknown
            ? throw CliException.InputWrong($"'{unknown}' is not a policy. {known}")
            : named.Count > 0 ? named
            : given.Length > 0 ? throw CliException.InputWrong($"--policy names none. {known}")
            : SpotSimulation.Names;
    }

    /// <exception cref="CliException">The cold start is no time, or as long as a window.</exception>
    public SpotScenario Scenario(ParseResult parsed)
    {
        var scenario = new SpotScenario
        {
            Target = parsed.GetValue(_target),
            Spare = parsed.GetValue(_spare),
            OnDemandPrice = parsed.GetValue(_ratio),
            AvailabilityTarget = parsed.GetValue(_availability),
        };
        var text = parsed.GetValue(_coldStart)!;
        return Seconds(text) is { } seconds and > 0 && (int)Math.Ceiling(Math.Min(seconds, 86_400) / SpotTrace.TickSeconds) is var ticks && ticks < scenario.WindowTicks
            ? scenario with { ColdStartTicks = ticks }
            : throw CliException.InputWrong($"--cold-start is a time above 0 and below a day, such as 120s, 2m or 120. Found: '{text}'");
    }

    /// <exception cref="CliException">The traces are shorter than a window.</exception>
    public SpotSimulation Simulation(ParseResult parsed, SpotTrace trace, SpotScenario scenario) =>
        trace.Ticks >= scenario.WindowTicks
            ? new SpotSimulation(trace, scenario, parsed.GetValue(_offsets), parsed.GetValue(_placements), new Random(parsed.GetValue(_seed)))
            : throw CliException.InputWrong(string.Create(
                CultureInfo.InvariantCulture,
                $"{Traces(parsed)}: {trace.Shortest} holds {trace.Ticks * SpotTrace.TickSeconds / 3600.0:0.##} hours; a window is {scenario.WindowTicks * SpotTrace.TickSeconds / 3600} hours, and all zones must hold at least that."));

    private static double? Seconds(string text)
    {
        var (digits, factor) = text switch
        {
            [.., 's'] => (text[..^1], 1),
            [.., 'm'] => (text[..^1], 60),
            [.., 'h'] => (text[..^1], 3600),
            _ => (text, 1),
        };
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value * factor : null;
    }

    private static Option<int> Whole(string name, string description, int standard, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && (value < least || value > most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from {least} to {most}."));
            }
        });
        return option;
    }

    private static Option<double> Number(string name, string description, double standard, Func<double, bool> allowed, string right)
    {
        var option = new Option<double>(name) { Description = description, HelpName = "X", DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && !allowed(value))
            {
                result.AddError($"{name} is {right}.");
            }
        });
        return option;
    }
}
