using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Sky.SystemTests.Architecture;
using Sky.Testing.Gateway;
using Xunit;

namespace Sky.SystemTests.Gateway.Telemetry;

/// <summary>The table of <c>docs/metrics.md</c> is what there is: names, types, meaning, labels.</summary>
public sealed partial class MetricsPageTests
{
    [Fact]
    public async Task The_table_has_every_instrument_and_nothing_else()
    {
        await using var bed = await TelemetryBed.StartAsync();
        var instruments = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter, bed.Bed.Instruments.Meter))
            {
                instruments.Add(instrument);
            }
        };
        listener.Start();
        var expected = instruments.Select(i => new Row(PrometheusName(i), TypeOf(i), i.Name, [], i.Description!)).OrderBy(row => row.Name, StringComparer.Ordinal);
        var told = Rows().Select(row => row with { Labels = [] }).OrderBy(row => row.Name, StringComparer.Ordinal);
        Assert.Equal(expected.Select(Text), told.Select(Text));
    }

    [Fact]
    public async Task What_is_served_has_the_names_types_and_labels_of_the_table()
    {
        await using var bed = await TelemetryBed.StartAsync();
        await bed.ChatAsync("""{"model":"llm","stream":true,"messages":[]}""");
        await bed.ChatAsync(headers: (TelemetryBed.Wanted, "500"));
        await bed.ChatAsync("{");
        var seen = await bed.ScrapeAsync(s => s.Value("sky_gateway_requests_total") == 3);
        var rows = Rows().ToDictionary(row => row.Name);
        Assert.True(seen.Types.Count > 12, seen.Text);
        foreach (var (name, type) in seen.Types)
        {
            Assert.True(rows.TryGetValue(name, out var row), $"{name} is not in docs/metrics.md");
            Assert.Equal(type, row.Type);
            Assert.Empty(seen.LabelsOf(name).Except(row.Labels));
        }
    }

    /// <summary>As the exporter names it.</summary>
    internal static string PrometheusName(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_') + instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return TypeOf(instrument) == "counter" ? name + "_total" : name;
    }

    /// <summary>The names of the table.</summary>
    internal static IEnumerable<Row> Rows() => RowLine().Matches(Repository.Read("docs/metrics.md")).Select(m => new Row(
        m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value, [.. Code().Matches(m.Groups[4].Value).Select(l => l.Groups[1].Value)], m.Groups[5].Value));

    private static string TypeOf(Instrument instrument) => instrument switch
    {
        Histogram<double> or Histogram<long> => "histogram",
        Counter<long> or ObservableCounter<double> => "counter",
        _ => "gauge",
    };

    private static string Text(Row row) => $"{row.Name} | {row.Type} | {row.Instrument} | {row.Meaning}";

    internal sealed record Row(string Name, string Type, string Instrument, string[] Labels, string Meaning);

    [GeneratedRegex(@"(?m)^\| `(\w+)` \| (\w+) \| `([\w.]+)` \| (.*?) \| (.*?) \|$")]
    private static partial Regex RowLine();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
