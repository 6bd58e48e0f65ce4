using Sky.Core.Autoscaling.Spot;

namespace Sky.Core.Simulation.Spot;

/// <summary>One policy through one window, tick by tick: decide by what was seen up to the last tick, launch and stop, then lose what the zones do not hold.</summary>
internal sealed class SpotRun
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    private readonly SpotScenario _scenario;
    private readonly SpotTrace _trace;
    private readonly int[] _order;
    private readonly int _offset;
    private readonly ISpotPolicy _policy;
    private readonly SpotSettings _settings;
    private readonly Random _random;
    private readonly InstancePool[] _spot;
    private readonly InstancePool _onDemand = new();
    private readonly List<SpotEvent> _events = [];
    private SpotState _state = SpotState.New;
    private int _launches;
    private int _preemptions;

    /// <param name="scenario">What is simulated.</param>
    /// <param name="trace">What zones could give.</param>
    /// <param name="order">The order in which the policy is told of the zones.</param>
    /// <param name="offset">The window's first tick in the trace.</param>
    /// <param name="policy">Who decides.</param>
    /// <param name="settings">What the service's file would say.</param>
    /// <param name="random">Chance, for the policy.</param>
    public SpotRun(SpotScenario scenario, SpotTrace trace, int[] order, int offset, ISpotPolicy policy, SpotSettings settings, Random random)
    {
        _scenario = scenario;
        _trace = trace;
        _order = order;
        _offset = offset;
        _policy = policy;
        _settings = settings;
        _random = random;
        _spot = [.. order.Select(_ => new InstancePool())];
    }

    public SpotOutcome Run()
    {
        var (met, cost) = (0, 0.0);
        var last = _scenario.WindowTicks;
        for (var tick = 0; tick < last; tick++)
        {
            var decision = _policy.Decide(Snapshot(tick), _random);
            _state = decision.State;
            _events.Clear();
            Apply(decision, tick);
            var ready = tick - _scenario.ColdStartTicks;
            var active = _onDemand.LaunchedBy(ready);
            cost += _scenario.OnDemandPrice * _onDemand.Count;
            foreach (var pool in _spot)
            {
                active += pool.LaunchedBy(ready);
                cost += pool.Count;
            }

            met += tick >= _scenario.ColdStartTicks && active >= _scenario.Target ? 1 : 0;
        }

        var whole = _scenario.OnDemandPrice * _scenario.Target * last;
        return new SpotOutcome(met / (double)(last - _scenario.ColdStartTicks), cost / whole, _launches, _preemptions);
    }

    /// <summary>As seen before the tick: what was active in the last one is ready.</summary>
    private SpotSnapshot Snapshot(int tick)
    {
        var ready = tick - 1 - _scenario.ColdStartTicks;
        var zones = new ZoneSnapshot[_order.Length];
        for (var i = 0; i < zones.Length; i++)
        {
            var serving = _spot[i].LaunchedBy(ready);
            zones[i] = new ZoneSnapshot(_trace.Zones[_order[i]], 1, serving, _spot[i].Count - serving);
        }

        var onDemand = _onDemand.LaunchedBy(ready);
        return new SpotSnapshot
        {
            Now = Epoch.AddSeconds(tick * (double)SpotTrace.TickSeconds),
            Target = _scenario.Target,
            Settings = _settings,
            ColdStart = TimeSpan.FromSeconds(_scenario.ColdStartTicks * SpotTrace.TickSeconds),
            Interval = TimeSpan.FromSeconds(SpotTrace.TickSeconds),
            OnDemandPrice = _scenario.OnDemandPrice,
            Zones = zones,
            OnDemandReady = onDemand,
            OnDemandStarting = _onDemand.Count - onDemand,
            Events = _events,
            State = _state,
        };
    }

    private void Apply(SpotDecision decision, int tick)
    {
        for (var i = 0; i < _spot.Length; i++)
        {
            var capacity = _trace.Capacity[_order[i]][_offset + tick];
            Adjust(_spot[i], Math.Min(decision.Spot[i], Math.Max(capacity, _spot[i].Count)), tick, i);
            Record(i, SpotEventKind.LaunchFailed, decision.Spot[i] - _spot[i].Count);
            Lose(i, _spot[i].Count - capacity);
        }

        Adjust(_onDemand, decision.OnDemand, tick, -1);
    }

    private void Adjust(InstancePool pool, int wanted, int tick, int zone)
    {
        if (pool.Count > wanted)
        {
            pool.Remove(pool.Count - wanted);
        }
        else if (wanted > pool.Count)
        {
            _launches += wanted - pool.Count;
            if (zone >= 0)
            {
                Record(zone, SpotEventKind.Launched, wanted - pool.Count);
            }

            pool.Launch(tick, wanted - pool.Count);
        }
    }

    private void Lose(int zone, int count)
    {
        if (count > 0)
        {
            _spot[zone].Remove(count);
            _preemptions += count;
            Record(zone, SpotEventKind.Preempted, count);
        }
    }

    private void Record(int zone, SpotEventKind kind, int count)
    {
        if (count > 0)
        {
            _events.Add(new SpotEvent(_trace.Zones[_order[zone]], kind, count));
        }
    }
}
