using System.Globalization;
using System.Text;

namespace Sky.Bench.Scale;

/// <summary>One controller with many services: what a pass, a status, memory and doing nothing cost.</summary>
internal static class ScaleBenchmark
{
    private const double MostSeconds = 1;
    private const double MostMegabytes = 300;

    /// <summary>Returns 1 when a target is missed.</summary>
    public static async Task<int> RunAsync(int services, int replicas, CancellationToken cancellationToken)
    {
        using var controller = await ManyServices.CreateAsync(services, replicas, cancellationToken);
        var numbers = await controller.MeasureAsync(cancellationToken);
        await ResultFile.WriteAsync("scale.md", Describe(numbers, services, replicas), cancellationToken);
        var reached = Median(numbers.Passes) < MostSeconds * 1000
            && Median(numbers.Statuses) < MostSeconds * 1000
            && Megabytes(numbers.WorkingSetBytes) < MostMegabytes;
        return reached ? 0 : 1;
    }

    private static string Describe(ScaleNumbers numbers, int services, int replicas)
    {
        var text = new StringBuilder("# One controller with many services\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- scale {services} {replicas}` on {ResultFile.Machine}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{services} services with {replicas} replicas each, SQLite on disk, an engine in memory, probes that are answered at once.\n");
        text.Append("Medians of the rounds, in a quiet steady state; memory is that of the whole process, engine and benchmark included.\n\n");
        text.Append("| what | measured | wanted |\n| --- | ---: | ---: |\n");
        Row($"a reconcile pass over all services", $"{Median(numbers.Passes):F0} ms ({Rounds(numbers.Passes)})", "< 1000 ms");
        Row($"a full status ({numbers.StatusBytes / 1024} KiB of JSON)", $"{Median(numbers.Statuses):F0} ms ({Rounds(numbers.Statuses)})", "< 1000 ms");
        Row($"working set", $"{Megabytes(numbers.WorkingSetBytes):F0} MB", "< 300 MB");
        Row($"of that, managed objects", $"{Megabytes(numbers.ManagedBytes):F0} MB", "");
        Row($"doing nothing ({numbers.ProbesPerSecond:F0} probes/s)", $"{numbers.QuietCores * 100:F1} % of a core", "");
        Row($"from nothing to all replicas ready", $"{numbers.BringUp.TotalSeconds:F1} s", "");
        return text.ToString();

        void Row(FormattableString what, FormattableString measured, string wanted) => text.Append(
            CultureInfo.InvariantCulture, $"| {FormattableString.Invariant(what)} | {FormattableString.Invariant(measured)} | {wanted} |\n");
    }

    private static string Rounds(IReadOnlyList<TimeSpan> rounds) =>
        string.Join(", ", rounds.Select(round => round.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture)));

    private static double Median(IReadOnlyList<TimeSpan> rounds) => rounds.Order().ElementAt(rounds.Count / 2).TotalMilliseconds;

    private static double Megabytes(long bytes) => bytes / 1e6;
}
