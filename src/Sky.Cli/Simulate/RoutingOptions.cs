using System.CommandLine;
using System.Globalization;
using Sky.Gateway.Simulation;

namespace Sky.Cli.Simulate;

/// <summary>The options of <c>sky simulate routing</c>: the trace, the policies, and what a replica can do.</summary>
internal sealed class RoutingOptions
{
    /// <summary>What the cache holds of the trace's blocks when nothing is said: a tenth.</summary>
    private const int CacheShare = 10;

    private readonly Option<string> _trace = new("--trace") { Description = "The trace to run: Mooncake's JSON lines or Azure's CSV.", HelpName = "FILE", Required = true };
    private readonly Option<string[]> _policies = new("--policy") { Description = "A policy to run, or several with commas; all by default.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
    private readonly Option<int> _replicas = Whole("--replicas", "Replicas.", 8, 10_000);
    private readonly Option<int?> _blocks = new("--kv-blocks") { Description = "Blocks of 512 tokens in the prefix cache of a replica; a tenth of the trace's by default.", HelpName = "N" };
    private readonly Option<double> _prefill = Rate("--prefill-rate", "Tokens of prompts a replica computes a second.", 8000);
    private readonly Option<double> _decode = Rate("--decode-rate", "Tokens of one answer a replica writes a second.", 50);
    private readonly Option<int> _streams = Whole("--streams", "Requests a replica works on at a time.", 64, 1_000_000);
    private readonly Option<int> _seed = new("--seed") { Description = "The same seed gives the same result.", HelpName = "N", DefaultValueFactory = _ => 0 };

    public RoutingOptions()
    {
        _blocks.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && value < 1)
            {
                result.AddError("--kv-blocks is a whole number above 0.");
            }
        });
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_trace, _policies, _replicas, _blocks, _prefill, _decode, _streams, _seed])
        {
            command.Add(option);
        }
    }

    public string Trace(ParseResult parsed) => parsed.GetRequiredValue(_trace);

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
        return named.Find(name => !RoutingSimulation.Names.Contains(name)) is { } unknown
            ? throw CliException.InputWrong($"'{unknown}' is not a policy. Those that can be simulated: {string.Join(", ", RoutingSimulation.Names)}.")
            : named.Count > 0 ? named
            : given.Length > 0 ? throw CliException.InputWrong($"--policy names none. Those that can be simulated: {string.Join(", ", RoutingSimulation.Names)}.")
            : RoutingSimulation.Names;
    }

    public RoutingSimulation Simulation(ParseResult parsed, RequestTrace trace) => new(
        trace,
        parsed.GetValue(_replicas),
        new ReplicaModel
        {
            KvBlocks = parsed.GetValue(_blocks) ?? Math.Max(1, trace.DistinctBlocks() / CacheShare),
            PrefillRate = parsed.GetValue(_prefill),
            DecodeRate = parsed.GetValue(_decode),
            Streams = parsed.GetValue(_streams),
        },
        parsed.GetValue(_seed));

    private static Option<int> Whole(string name, string description, int standard, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && (value < 1 || value > most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from 1 to {most}."));
            }
        });
        return option;
    }

    private static Option<double> Rate(string name, string description, double standard)
    {
        var option = new Option<double>(name) { Description = description, HelpName = "TOKENS", DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && value is not (> 0 and < 1e12))
            {
                result.AddError($"{name} is a number above 0.");
            }
        });
        return option;
    }
}
