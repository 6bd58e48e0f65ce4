using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sky.Core.Catalog;
using Sky.Core.Placement;
using Sky.Core.Specs;

namespace Sky.Bench.Placement;

/// <summary>How long it takes to place replicas over both clouds' whole catalogs.</summary>
internal static class PlacementBenchmark
{
    private const int Rounds = 7;
    private static readonly int[] _replicas = [1_000, 2_000, 5_000, 10_000, 20_000];
    private static readonly DateTimeOffset _now = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var loaded = Stopwatch.StartNew();
        List<Offering> offerings = [.. EmbeddedCatalog.Clouds.SelectMany(cloud => EmbeddedCatalog.Read(cloud).Offerings())];
        var text = new StringBuilder();
        Line($"# Placing replicas");
        Line();
        Line($"{ResultFile.Machine}. Both catalogs as they are built in: {offerings.Count:N0} offerings, read in {loaded.ElapsedMilliseconds} ms (once). ");
        Line($"`dotnet run -c Release --project bench/Sky.Bench -- placement`");
        Line();
        Line($"One service. All offerings are matched and sorted once; then each replica gets its place, with 1,000 refusals remembered. Each time is the best of {Rounds} rounds.");
        Line();
        Line($"| replicas | match and sort, any machine | places of all replicas | each | match and sort, 8 × 80 GB or more as spot | places of all replicas |");
        Line($"| --- | --- | --- | --- | --- | --- |");
        var memory = Refusals(offerings);
        foreach (var count in _replicas)
        {
            var any = Place(offerings, new ResourceCandidate(), memory, count);
            var gpus = Place(offerings, new ResourceCandidate { Accelerator = "80GB+", AcceleratorCount = 8, UseSpot = true }, memory, count);
            Line($"| {count:N0} | {any.Match:0.0} ms | {any.Pick:0.00} ms | {any.Pick * 1000 / count:0.00} µs | {gpus.Match:0.0} ms | {gpus.Pick:0.00} ms |");
        }

        Line();
        Line($"Many services, each with a candidate of its own and 100 replicas:");
        Line();
        Line($"| services | replicas | time |");
        Line($"| --- | --- | --- |");
        foreach (var services in new[] { 10, 50, 100 })
        {
            var time = 0.0;
            for (var i = 0; i < services; i++)
            {
                var one = Place(offerings, new ResourceCandidate { Cpus = new ResourceAmount(1 + i, true), Memory = new ResourceAmount(1 + i, true) }, memory, 100);
                time += one.Match + one.Pick;
            }

            Line($"| {services} | {services * 100:N0} | {time:0} ms |");
        }

        await ResultFile.WriteAsync("placement.md", text.ToString(), cancellationToken);
        return 0;

        void Line(FormattableString? line = null) => text.Append(line?.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static (double Match, double Pick) Place(List<Offering> offerings, ResourceCandidate asked, PlaceMemory memory, int count)
    {
        var best = (Match: double.MaxValue, Pick: double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            var choices = Placer.Choose(new ResourcesSpec { Candidates = [asked] }, offerings, null, out _);
            var matched = watch.Elapsed.TotalMilliseconds;
            var picker = new PlacePicker(choices, memory, _now, []);
            for (var i = 0; i < count; i++)
            {
                if (picker.Next() is null)
                {
                    throw new InvalidOperationException("Nothing fits.");
                }
            }

            best = (Math.Min(best.Match, matched), Math.Min(best.Pick, watch.Elapsed.TotalMilliseconds - matched));
        }

        return best;
    }

    private static PlaceMemory Refusals(List<Offering> offerings)
    {
        var all = Placer.Choose(new ResourcesSpec { Candidates = [new ResourceCandidate()] }, offerings, null, out _);
        return new PlaceMemory
        {
            Observations = [.. Enumerable.Range(0, PlaceMemory.MostObservations).Select(i => PlaceObservation.Of(all[1 + i % (all.Count - 1)].Placement, PlaceTrouble.NoCapacity, _now.AddSeconds(-i)))],
        };
    }
}
