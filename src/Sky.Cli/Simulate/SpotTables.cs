using System.Globalization;
using Sky.Cli.Terminal;
using Sky.Core.Simulation.Spot;

namespace Sky.Cli.Simulate;

/// <summary>What <c>sky simulate spot</c> prints for people.</summary>
internal static class SpotTables
{
    /// <summary>One line for each policy; the cost above the optimum in points of the on-demand cost.</summary>
    public static TextTable Results(IReadOnlyList<SpotResult> results)
    {
        var optimum = results.FirstOrDefault(result => result.Policy == SpotSimulation.Optimum)?.Mean.Cost;
        var table = new TextTable("POLICY", "AVAILABILITY", "COST", "ABOVE_OPTIMUM", "LAUNCHES", "PREEMPTIONS");
        foreach (var result in results)
        {
            var mean = result.Mean;
            table.Add(
                result.Policy,
                Number(100 * mean.Availability, "0.000") + "%",
                Number(100 * mean.Cost, "0.00") + "%",
                optimum is { } least && result.Policy != SpotSimulation.Optimum ? Number(100 * (mean.Cost - least), "+0.00;-0.00") : "-",
                Number(mean.Launches, "0.0"),
                Number(mean.Preemptions, "0.0"));
        }

        return table;
    }

    /// <summary>Each policy less the first, in points: the mean over placement seeds, and the least and most of them.</summary>
    public static TextTable Differences(IReadOnlyList<SpotResult> results)
    {
        var table = new TextTable($"LESS {results[0].Policy}", "AVAILABILITY", "COST");
        foreach (var result in results.Skip(1))
        {
            table.Add(
                result.Policy,
                Points(PairedDifference.Of(result, results[0], outcome => outcome.Availability), "+0.000;-0.000"),
                Points(PairedDifference.Of(result, results[0], outcome => outcome.Cost), "+0.00;-0.00"));
        }

        return table;
    }

    private static string Points(PairedDifference difference, string format) =>
        $"{Number(100 * difference.Mean, format)} ({Number(100 * difference.Least, format)} to {Number(100 * difference.Most, format)})";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
