using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sky.SystemTests.Architecture;
using Xunit;

namespace Sky.SystemTests.Gateway.Telemetry;

/// <summary>The dashboard and the alerts of <c>deploy/</c> ask for what there is, in the language that Prometheus reads.</summary>
public sealed partial class DashboardTests
{
    private const string Rules = "deploy/prometheus/skyswarm.rules.yml";

    [Fact]
    public void Every_metric_and_label_of_dashboard_and_alerts_is_one_that_there_is()
    {
        var rows = MetricsPageTests.Rows().ToDictionary(row => row.Name);
        var labels = rows.Values.SelectMany(row => row.Labels).ToHashSet();
        var expressions = Expressions().Append(string.Concat(Repository.Read(Rules).Split('\n').Where(line => !line.Contains("summary:", StringComparison.Ordinal)))).ToList();
        Assert.True(expressions.Count > 20);
        foreach (var expression in expressions)
        {
            foreach (Match name in Name().Matches(expression))
            {
                Assert.True(labels.Contains(name.Value) || IsMetric(name.Value), $"{name.Value} in {expression}");
            }
        }

        bool IsMetric(string name) => rows.TryGetValue(name, out var row) ? row.Type != "histogram"
            : rows.TryGetValue(OfHistogram().Replace(name, ""), out var histogram) && histogram.Type == "histogram";
    }

    [Fact]
    public void Every_metric_is_on_the_dashboard()
    {
        var shown = string.Concat(Expressions());
        Assert.DoesNotContain(MetricsPageTests.Rows(), row => !shown.Contains(row.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Promtool_accepts_the_alerts_and_their_tests_and_the_configuration()
    {
        foreach (var arguments in new[] { (string[])["check", "rules", "skyswarm.rules.yml"], ["test", "rules", "skyswarm.rules.test.yml"], ["check", "config", "prometheus.yml"] })
        {
            var (code, output) = await Promtool.RunAsync("", [.. arguments[..2], Path.Combine(Repository.Root, "deploy/prometheus", arguments[2])]);
            Assert.True(code == 0, output);
        }
    }

    [Fact]
    public void Every_alert_is_tried_by_a_test()
    {
        var tests = Repository.Read("deploy/prometheus/skyswarm.rules.test.yml");
        var alerts = Alert().Matches(Repository.Read(Rules)).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(alerts);
        Assert.DoesNotContain(alerts, alert => !tests.Contains(alert, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Promtool_understands_every_query_of_the_dashboard()
    {
        var rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
        foreach (var expression in Expressions())
        {
            var query = expression.Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$service", ".*", StringComparison.Ordinal);
            rules.Append("      - record: a\n        expr: ").Append(JsonSerializer.Serialize(query)).Append("\n        labels: {n: \"").Append(rules.Length).Append("\"}\n");
        }

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, rules.ToString(), TestContext.Current.CancellationToken);
            var (code, output) = await Promtool.RunAsync("", "check", "rules", file);
            Assert.True(code == 0, output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void No_two_panels_lie_on_each_other()
    {
        var places = Panels().Select(panel => panel.GetProperty("gridPos")).Select(p => (X: p.GetProperty("x").GetInt32(), Y: p.GetProperty("y").GetInt32(), W: p.GetProperty("w").GetInt32(), H: p.GetProperty("h").GetInt32())).ToList();
        Assert.DoesNotContain(places, a => places.Count(b => a.X < b.X + b.W && b.X < a.X + a.W && a.Y < b.Y + b.H && b.Y < a.Y + a.H) > 1);
        Assert.Equal(places.Count, Panels().Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
    }

    private static IEnumerable<JsonElement> Panels() => JsonDocument.Parse(Repository.Read("deploy/grafana/skyswarm.json")).RootElement.GetProperty("panels").EnumerateArray();

    private static IEnumerable<string> Expressions() => Panels().Where(panel => panel.TryGetProperty("targets", out _))
        .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!);

    [GeneratedRegex(@"\b(?:sky|gen_ai|http|error|url|process|dotnet)_\w+")]
    private static partial Regex Name();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex OfHistogram();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();
}
