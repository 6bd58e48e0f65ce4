using System.Globalization;
using Sky.Core.Specs;

namespace Sky.Cli.Gateway;

/// <summary>Weights of <c>auto</c> that are to be tried: those named; others stay.</summary>
internal sealed class WeightChange
{
    private static readonly string[] Terms = ["queue", "prefill", "network", "delay", "balance", "price"];
    private readonly Dictionary<string, double> _weights = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="CliException">It is not written as <c>network=2,price=0.05</c>.</exception>
    public static WeightChange Read(string text)
    {
        var change = new WeightChange();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (term, weight) = part.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var number] ? (name, number) : (part, "");
            if (!Terms.Contains(term, StringComparer.OrdinalIgnoreCase)
                || !double.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value) || value < 0)
            {
                throw CliException.InputWrong($"--weights {text}: '{part}' is not a term and its weight, such as network=2. Terms: {string.Join(", ", Terms)}; weights are 0 or more.");
            }

            change._weights[term] = value;
        }

        return change._weights.Count > 0 ? change : throw CliException.InputWrong($"--weights names none. Terms: {string.Join(", ", Terms)}.");
    }

    public AutoWeights Apply(AutoWeights weights) => weights with
    {
        Queue = Of("queue", weights.Queue),
        Prefill = Of("prefill", weights.Prefill),
        Network = Of("network", weights.Network),
        Delay = Of("delay", weights.Delay),
        Balance = Of("balance", weights.Balance),
        Price = Of("price", weights.Price),
    };

    private double Of(string term, double otherwise) => _weights.TryGetValue(term, out var weight) ? weight : otherwise;
}
