using System.Globalization;
using System.Text;

namespace LlmSim;

/// <summary>Reads the options: the command line wins over the environment (<c>--decode-rate</c> is <c>LLM_SIM_DECODE_RATE</c>).</summary>
internal static class SimSettings
{
    private static readonly (string Name, string Meaning, Func<SimOptions, string, SimOptions> Set)[] Settings =
    [
        ("urls", "addresses to listen on", (o, v) => o with { Urls = v }),
        ("model", "names served, separated by commas", (o, v) => o with { Models = v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) }),
        ("name", "part of every response id", (o, v) => o with { Name = v }),
        ("ttft-ms", "milliseconds to the first token of an empty prompt", (o, v) => o with { TimeToFirstToken = Milliseconds(v) }),
        ("prefill-rate", "prompt tokens per second (0: no time)", (o, v) => o with { PrefillTokensPerSecond = Number(v) }),
        ("decode-rate", "tokens per second of a sequence (0: no time)", (o, v) => o with { DecodeTokensPerSecond = Number(v) }),
        ("slots", "requests that run at once", (o, v) => o with { Slots = Whole(v, 1) }),
        ("max-waiting", "requests that may wait for a slot", (o, v) => o with { MaxWaiting = Whole(v, 0) }),
        ("cache-tokens", "tokens the cache holds (0: no prefix is kept)", (o, v) => o with { CacheTokens = Whole(v, 0) }),
        ("context-tokens", "longest prompt plus completion", (o, v) => o with { ContextTokens = Whole(v, 1) }),
        ("completion-tokens", "completion length without max_tokens (0: drawn from the prompt)", (o, v) => o with { CompletionTokens = Whole(v, 0) }),
        ("startup-ms", "milliseconds of 503 after the start", (o, v) => o with { StartupDelay = Milliseconds(v) }),
        ("failure-rate", "share of requests that fail (0 to 1)", (o, v) => o with { FailureRate = Share(v) }),
        ("failure-status", "status of those", (o, v) => o with { FailureStatus = Whole(v, 400) }),
        ("cut-rate", "share of requests cut off after a few tokens (0 to 1)", (o, v) => o with { CutRate = Share(v) }),
        ("no-usage-rate", "share of requests answered without usage (0 to 1)", (o, v) => o with { NoUsageRate = Share(v) }),
        ("seed", "seeds text, embeddings and failures", (o, v) => o with { Seed = Whole(v, int.MinValue) }),
    ];

    /// <exception cref="ArgumentException">An unknown option or a value out of range; the message says which.</exception>
    public static SimOptions Read(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        var options = new SimOptions();
        foreach (var (name, _, set) in Settings)
        {
            if (environment(VariableOf(name)) is { Length: > 0 } value)
            {
                options = Apply(set, options, VariableOf(name), value);
            }
        }

        for (var i = 0; i < args.Count; i++)
        {
            var (option, value) = Split(args, ref i);
            var setting = Array.Find(Settings, s => "--" + s.Name == option);
            if (setting.Set is null)
            {
                throw new ArgumentException($"unknown option {option} (see --help)");
            }

            options = Apply(setting.Set, options, option, value);
        }

        return options;
    }

    public static string Help()
    {
        var text = new StringBuilder("llm-sim: a simulated LLM behind an OpenAI-compatible API\n\n");
        foreach (var (name, meaning, _) in Settings)
        {
            text.Append(CultureInfo.InvariantCulture, $"  --{name,-18} {VariableOf(name),-26} {meaning}\n");
        }

        return text.ToString();
    }

    private static string VariableOf(string name) => "LLM_SIM_" + name.Replace('-', '_').ToUpperInvariant();

    private static (string Option, string Value) Split(IReadOnlyList<string> args, ref int i)
    {
        var arg = args[i];
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0)
        {
            return (arg[..equals], arg[(equals + 1)..]);
        }

        return ++i < args.Count ? (arg, args[i]) : throw new ArgumentException($"{arg} needs a value");
    }

    private static SimOptions Apply(Func<SimOptions, string, SimOptions> set, SimOptions options, string name, string value)
    {
        try
        {
            return set(options, value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new ArgumentException($"{name}: '{value}' is not a value for it", e);
        }
    }

    private static TimeSpan Milliseconds(string value) => TimeSpan.FromMilliseconds(Number(value));

    private static double Number(string value) =>
        double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture) is >= 0 and < 1e9 and var number ? number : throw new FormatException();

    private static double Share(string value) => Number(value) is <= 1 and var share ? share : throw new FormatException();

    private static int Whole(string value, int least) =>
        int.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) is var number && number >= least ? number : throw new FormatException();
}
