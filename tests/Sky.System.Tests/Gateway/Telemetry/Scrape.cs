using System.Globalization;
using System.Text.RegularExpressions;

namespace Sky.SystemTests.Gateway.Telemetry;

/// <summary>What <c>/metrics</c> answered, taken apart.</summary>
/// <param name="text">In Prometheus' text format.</param>
internal sealed partial class Scrape(string text)
{
    private static readonly string[] OfHistogram = ["_bucket", "_sum", "_count"];

    public string Text => text;

    /// <summary>The metrics by name, each with its type.</summary>
    public Dictionary<string, string> Types { get; } = TypeLine().Matches(text).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    /// <summary>The labels that a metric's samples have, without the bounds of buckets.</summary>
    public IEnumerable<string> LabelsOf(string metric) =>
        Samples().Where(s => s.Name == metric || OfHistogram.Any(end => s.Name == metric + end)).SelectMany(s => s.Labels.Keys).Distinct().Except(["le"]);

    /// <summary>The sum of all samples of that name that have these labels; 0 for none.</summary>
    public double Value(string name, params (string Label, string Value)[] labels) =>
        Samples().Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Label) == l.Value)).Sum(s => s.Value);

    private IEnumerable<(string Name, Dictionary<string, string> Labels, double Value)> Samples() => SampleLine().Matches(text).Select(m => (
        m.Groups[1].Value,
        Label().Matches(m.Groups[2].Value).ToDictionary(l => l.Groups[1].Value, l => l.Groups[2].Value),
        double.Parse(m.Groups[3].Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"(?m)^# TYPE (\w+) (\w+)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"(?m)^(\w+)(?:\{(.*)\})? (\S+)$")]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"(\w+)=""([^""]*)""")]
    private static partial Regex Label();
}
