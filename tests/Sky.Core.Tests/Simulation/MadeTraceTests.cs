using Sky.Core.Simulation.Spot;

namespace Sky.Core.Tests.Simulation;

/// <summary>That ours is at least as available as SpotHedge and cheaper on made traces of different character, among those its constants were chosen on.</summary>
public sealed class MadeTraceTests
{
    private const int Windows = 40;

    [Theory]
    [InlineData("probes", 1)]
    [InlineData("probes", 3)]
    [InlineData("calm", 2)]
    [InlineData("correlated", 1)]
    [InlineData("flapping", 2)]
    [InlineData("volatile", 2)]
    [InlineData("scarce", 1)]
    [InlineData("regional", 2)]
    public void Adaptive_is_at_least_as_available_as_spot_hedge_and_cheaper(string family, int seed)
    {
        var simulation = new SpotSimulation(Trace(family, seed), new SpotScenario(), Windows, 1, new Random(0));
        var hedge = simulation.Run("spot_hedge", TestContext.Current.CancellationToken).Mean;
        var adaptive = simulation.Run("adaptive", TestContext.Current.CancellationToken).Mean;
        Assert.True(adaptive.Availability >= hedge.Availability && adaptive.Cost < hedge.Cost, $"{adaptive} {hedge}");
    }

    private static SpotTrace Trace(string family, int seed) => family switch
    {
        "probes" => TraceMaker.Probes(seed),
        "calm" => TraceMaker.Calm(seed),
        "correlated" => TraceMaker.Correlated(seed),
        "flapping" => TraceMaker.Flapping(seed),
        "volatile" => TraceMaker.Volatile(seed),
        "scarce" => TraceMaker.Scarce(seed),
        _ => MarketMaker.Regional(seed),
    };
}
