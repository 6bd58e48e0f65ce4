using Sky.Core.Simulation.Spot;

namespace Sky.Core.Tests.Simulation;

/// <summary>The published figures of SpotHedge, and that ours is better, on recorded traces where they lie in a folder <c>shared/traces</c> beside the repository.</summary>
public sealed class RecordedTraceTests
{
    private const int Windows = 60;

    [Theory]
    [InlineData("aws1", 0.994, 0.506, 0.02)]
    [InlineData("gcp1", 0.9983, 0.4615, 0.01)]
    public void Spot_hedge_comes_to_its_published_figures(string name, double availability, double cost, double within)
    {
        var outcome = Simulation(name).Run("spot_hedge", TestContext.Current.CancellationToken).Mean;
        Assert.Equal(availability, outcome.Availability, within);
        Assert.Equal(cost, outcome.Cost, within);
    }

    [Theory]
    [InlineData("aws1")]
    [InlineData("gcp1")]
    public void Adaptive_is_more_available_and_cheaper_than_spot_hedge(string name)
    {
        var simulation = Simulation(name);
        var hedge = simulation.Run("spot_hedge", TestContext.Current.CancellationToken).Mean;
        var adaptive = simulation.Run("adaptive", TestContext.Current.CancellationToken).Mean;
        Assert.True(adaptive.Availability >= hedge.Availability, $"{adaptive} {hedge}");
        Assert.True(adaptive.Cost < hedge.Cost - 0.005, $"{adaptive} {hedge}");
    }

    private static SpotSimulation Simulation(string name)
    {
        var folder = Find(name);
        Assert.SkipWhen(folder is null, $"shared/traces/spot/{name} is missing beside the repository");
        var files = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal);
        var trace = SpotTrace.Of([.. files.Select(file => ZoneTrace.Parse(Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file)))]);
        return new SpotSimulation(trace, new SpotScenario(), Windows, 2, new Random(0));
    }

    private static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", "traces", "spot", name) is var path && Directory.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
