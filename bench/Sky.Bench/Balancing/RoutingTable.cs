using System.Globalization;
using System.Text;
using Sky.Gateway.Simulation;

namespace Sky.Bench.Balancing;

/// <summary>The policies on a recorded workload, in virtual time: <c>sky simulate routing</c>, kept with the sources.</summary>
internal static class RoutingTable
{
    private const int Replicas = 8;
    private const int CacheShare = 10;
    private const double LeastOfBestHit = 0.95;
    private const double MostLoad = 1.3;

    /// <summary>Returns 1 when <c>auto</c> misses what is wanted of it, 2 when there is no trace.</summary>
    public static async Task<int> RunAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            await Console.Error.WriteLineAsync($"There is no trace {file}.");
            return 2;
        }

        using var reader = new StreamReader(file);
        var trace = RequestTrace.Read(reader);
        var blocks = Math.Max(1, trace.DistinctBlocks() / CacheShare);
        var simulation = new RoutingSimulation(trace, Replicas, new ReplicaModel { KvBlocks = blocks }, seed: 0);
        var results = RoutingSimulation.Names.Select(simulation.Run).OrderBy(result => result.TtftMean).ToList();
        var name = Path.GetFileName(file);
        var text = new StringBuilder("# Policies on a recorded workload\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `dotnet run -c Release --project bench/Sky.Bench -- routing {name}` (a trace of {trace.Requests.Count} requests; it is not part of this repository).\n");
        text.Append(CultureInfo.InvariantCulture, $"{Replicas} replicas with {blocks} blocks of prefix cache each (a tenth of the trace's), in virtual time. Best mean first.\n\n");
        text.Append("| policy | hits of the ideal | mean time to first token | p50 | p99 | load, max over mean |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var result in results)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {result.Policy} | {result.Hit:P1} | {result.TtftMean:F3} s | {result.TtftP50:F3} s | {result.TtftP99:F2} s | {result.LoadMaxOverMean:F2} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nWanted of `auto`: the lowest mean and p99, {LeastOfBestHit:P0} of the best hits, a load of at most {MostLoad}.\n");
        await ResultFile.WriteAsync("routing.md", text.ToString(), cancellationToken);
        var auto = results.Single(result => result.Policy == "auto");
        return results.TrueForAll(other => auto.TtftMean <= other.TtftMean && auto.TtftP99 <= other.TtftP99)
            && auto.Hit >= LeastOfBestHit * results.Max(result => result.Hit) && auto.LoadMaxOverMean <= MostLoad ? 0 : 1;
    }
}
