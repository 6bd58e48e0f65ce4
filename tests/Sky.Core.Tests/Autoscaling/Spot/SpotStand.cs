using Sky.Core.Autoscaling.Spot;

namespace Sky.Core.Tests.Autoscaling.Spot;

/// <summary>A service on spot, as a controller sees it: holds what a policy decides, and is told what zones give and take.</summary>
internal sealed class SpotStand(ISpotPolicy policy, params string[] zones)
{
    private readonly List<(string Zone, bool OnDemand, DateTimeOffset Launched)> _replicas = [];
    private readonly List<SpotEvent> _events = [];
    private readonly Random _random = new(1);

    public SpotSettings Settings { get; set; } = new();

    public int Target { get; set; } = 3;

    public TimeSpan ColdStart { get; set; } = TimeSpan.FromMinutes(2);

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public Dictionary<string, double> Prices { get; } = [];

    /// <summary>What each zone can hold; without a limit where nothing is said.</summary>
    public Dictionary<string, int> Capacity { get; } = [];

    public SpotState State { get; set; } = SpotState.New;

    public SpotDecision Last { get; private set; } = null!;

    /// <summary>How often each zone was asked for more than it holds.</summary>
    public Dictionary<string, int> Asked { get; } = zones.ToDictionary(zone => zone, _ => 0);

    public int Spot(string zone) => _replicas.Count(replica => !replica.OnDemand && replica.Zone == zone);

    public int SpotTotal => _replicas.Count(replica => !replica.OnDemand);

    public int OnDemand => _replicas.Count(replica => replica.OnDemand);

    public int Ready => _replicas.Count(IsReady);

    /// <summary>Time passes in steps of 30 seconds, with a decision at the beginning of each.</summary>
    public SpotStand Run(TimeSpan time)
    {
        for (var end = Now + time; Now < end; Now += TimeSpan.FromSeconds(30))
        {
            Step();
        }

        return this;
    }

    public SpotStand Lose(string zone, int count = 1)
    {
        if (count == 0)
        {
            return this;
        }

        for (var i = 0; i < count; i++)
        {
            _replicas.RemoveAt(_replicas.FindLastIndex(replica => !replica.OnDemand && replica.Zone == zone));
        }

        _events.Add(new SpotEvent(zone, SpotEventKind.Preempted, count));
        return this;
    }

    private void Step()
    {
        Last = policy.Decide(Snapshot(), _random);
        State = Last.State;
        _events.Clear();
        for (var i = 0; i < zones.Length; i++)
        {
            Hold(zones[i], false, Last.Spot[i]);
        }

        Hold("", true, Last.OnDemand);
    }

    public SpotSnapshot Snapshot() => new()
    {
        Now = Now,
        Target = Target,
        Settings = Settings,
        ColdStart = ColdStart,
        Interval = TimeSpan.FromSeconds(30),
        OnDemandPrice = 3,
        Zones = [.. zones.Select(zone => new ZoneSnapshot(zone, Prices.GetValueOrDefault(zone, 1), Count(zone, false, true), Count(zone, false, false)))],
        OnDemandReady = Count("", true, true),
        OnDemandStarting = Count("", true, false),
        Events = [.. _events],
        State = State,
    };

    private void Hold(string zone, bool onDemand, int wanted)
    {
        var held = onDemand ? OnDemand : Spot(zone);
        for (; held > wanted; held--)
        {
            _replicas.RemoveAt(_replicas.FindLastIndex(replica => replica.OnDemand == onDemand && replica.Zone == zone));
        }

        if (held < wanted && !onDemand)
        {
            Asked[zone]++;
        }

        for (; held < wanted; held++)
        {
            if (!onDemand && held >= Capacity.GetValueOrDefault(zone, int.MaxValue))
            {
                _events.Add(new SpotEvent(zone, SpotEventKind.LaunchFailed, wanted - held));
                return;
            }

            _replicas.Add((zone, onDemand, Now));
            _events.Add(new SpotEvent(zone, SpotEventKind.Launched, onDemand ? 0 : 1));
        }
    }

    private int Count(string zone, bool onDemand, bool ready) =>
        _replicas.Count(replica => replica.OnDemand == onDemand && replica.Zone == zone && IsReady(replica) == ready);

    private bool IsReady((string Zone, bool OnDemand, DateTimeOffset Launched) replica) => Now - replica.Launched >= ColdStart;
}
