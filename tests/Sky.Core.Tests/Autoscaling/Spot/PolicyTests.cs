using CsCheck;
using Sky.Core.Autoscaling.Spot;

namespace Sky.Core.Tests.Autoscaling.Spot;

/// <summary>What holds for every policy, whatever it sees.</summary>
public sealed class PolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<SpotSettings> Settings =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 6], Gen.Bool, Gen.Double[0.5, 0.9999], (spares, always, dynamic, available) => new SpotSettings
        {
            NumOverprovision = spares,
            BaseOnDemandFallbackReplicas = always,
            DynamicOnDemandFallback = dynamic,
            AvailabilityTarget = available,
        });

    private static readonly Gen<(int Ready, int Starting, int Event, double Price)[]> Zones =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[0, 4], Gen.Double[0.1, 5]).Array[0, 6];

    private static readonly Gen<(int Target, SpotSettings Settings, (int, int, int, double)[][] Steps)> Histories =
        Gen.Int[0, 6].Select(Settings, Zones.SelectMany(zones => Gen.Const(zones)).Array[1, 8], (target, settings, steps) => (target, settings, steps));

    [Fact]
    public void Decisions_are_within_bounds_for_any_history() => Histories.Sample(history =>
    {
        foreach (var policy in SpotPolicies.All)
        {
            var state = SpotState.New;
            for (var step = 0; step < history.Steps.Length; step++)
            {
                var snapshot = Snapshot(history.Target, history.Settings, history.Steps[step], state, Start.AddSeconds(30 * step));
                var decision = policy.Decide(snapshot, new Random(step));
                Check(policy, snapshot, decision);
                state = StateJson.RoundTrip(decision.State);
            }
        }
    });

    [Fact]
    public void The_same_input_gives_the_same_answer() => Histories.Sample(history =>
    {
        foreach (var policy in SpotPolicies.All)
        {
            var snapshot = Snapshot(history.Target, history.Settings, history.Steps[0], SpotState.New, Start);
            var (one, two) = (policy.Decide(snapshot, new Random(5)), policy.Decide(snapshot, new Random(5)));
            Assert.Equal(one.Spot, two.Spot);
            Assert.Equal(one.OnDemand, two.OnDemand);
        }
    });

    [Fact]
    public void Policies_are_found_by_the_names_users_write()
    {
        Assert.Equal(["spot_hedge", "adaptive", "on_demand", "even_spread", "round_robin"], SpotPolicies.All.Select(policy => policy.Name));
        Assert.All(SpotPolicies.All, policy => Assert.Same(policy, SpotPolicies.Find(policy.Name)));
        Assert.Null(SpotPolicies.Find("optimum"));
    }

    private static void Check(ISpotPolicy policy, SpotSnapshot snapshot, SpotDecision decision)
    {
        Assert.Equal(snapshot.Zones.Count, decision.Spot.Count);
        Assert.All(decision.Spot, count => Assert.True(count >= 0, policy.Name));
        Assert.InRange(decision.OnDemand, 0, snapshot.Target);
        var always = policy.Name == "on_demand" ? snapshot.Target : Math.Min(snapshot.Target, snapshot.Settings.BaseOnDemandFallbackReplicas);
        Assert.True(decision.OnDemand >= always, policy.Name);
        if (snapshot.Target == 0)
        {
            Assert.Equal(0, decision.Spot.Sum());
        }

        Assert.Equal(snapshot.Now, decision.State.At);
        Assert.Equal(snapshot.Zones.Select(zone => zone.Zone), decision.State.Zones.Select(zone => zone.Zone));
    }

    private static SpotSnapshot Snapshot(int target, SpotSettings settings, (int Ready, int Starting, int Event, double Price)[] zones, SpotState state, DateTimeOffset now) => new()
    {
        Now = now,
        Target = target,
        Settings = settings,
        ColdStart = TimeSpan.FromMinutes(2),
        Interval = TimeSpan.FromSeconds(30),
        OnDemandPrice = 3,
        Zones = [.. zones.Select((zone, i) => new ZoneSnapshot($"zone-{i}", zone.Price, zone.Ready, zone.Starting))],
        OnDemandReady = target % 3,
        OnDemandStarting = target % 2,
        Events = [.. zones.Index().Where(pair => pair.Item.Event < 4).Select(pair => new SpotEvent($"zone-{pair.Index}", (SpotEventKind)pair.Item.Event, 1))],
        State = state,
    };
}
