namespace Sky.Core.Simulation.Spot;

/// <summary>
/// The cheapest way through a window in which the target is active in every tick after the first cold start, for one who knows the whole window beforehand.
/// Exact for windows of any length, since it is a flow: each of the target's replicas is a unit that wanders through places (zones, on-demand) and time. In
/// a tick a unit can be in a zone if the zone held it through the cold start before, and moving costs that cold start. It need never hold more active
/// replicas than the target: of two that overlap for longer than a hand-over, one can start later or end sooner and save what it cost.
/// </summary>
internal sealed class OfflineOptimum
{
    private readonly SpotScenario _scenario;
    private readonly List<(int Start, int Length)> _segments = [];
    private readonly List<int[]> _room = [];
    private readonly int _places;

    /// <param name="scenario">What is simulated; all zones have the price 1.</param>
    /// <param name="capacity">By zone and tick: what could be held.</param>
    /// <param name="offset">The window's first tick.</param>
    public OfflineOptimum(SpotScenario scenario, int[][] capacity, int offset)
    {
        _scenario = scenario;
        _places = capacity.Length + 1;
        int[]? last = null;
        for (var tick = scenario.ColdStartTicks; tick < scenario.WindowTicks; tick++)
        {
            var room = new int[_places];
            for (var zone = 0; zone < capacity.Length; zone++)
            {
                room[zone] = Math.Min(scenario.Target, Least(capacity[zone].AsSpan(offset + tick - scenario.ColdStartTicks, scenario.ColdStartTicks + 1)));
            }

            room[^1] = scenario.Target;
            if (last is not null && room.AsSpan().SequenceEqual(last))
            {
                _segments[^1] = _segments[^1] with { Length = _segments[^1].Length + 1 };
                continue;
            }

            // Within a stretch without a change, moving at its start or its end is as cheap as moving in between.
            _segments.Add((tick, 1));
            _room.Add(room);
            last = room;
        }
    }

    /// <summary>What is launched and paid, of all plans that keep the target active throughout.</summary>
    public SpotOutcome Solve()
    {
        var perSegment = (2 * _places) + 1;
        var (source, sink) = (_segments.Count * perSegment, (_segments.Count * perSegment) + 1);
        var flow = new MinCostFlow(sink + 1);
        List<int> moves = [];
        for (var segment = 0; segment < _segments.Count; segment++)
        {
            var first = segment * perSegment;
            var hub = first + (2 * _places);
            for (var place = 0; place < _places; place++)
            {
                var (arrive, leave) = (first + (2 * place), first + (2 * place) + 1);
                flow.AddArc(arrive, leave, _room[segment][place], Price(place) * _segments[segment].Length);
                flow.AddArc(leave, segment + 1 < _segments.Count ? arrive + perSegment : sink, _scenario.Target, 0);
                flow.AddArc(leave, hub, _scenario.Target, 0);
                var from = segment == 0 ? source : hub - perSegment;
                moves.Add(flow.AddArc(from, arrive, _scenario.Target, Price(place) * _scenario.ColdStartTicks));
            }
        }

        // On-demand holds the target at any time, so that there is always a way.
        var cost = flow.Send(source, sink, _scenario.Target)!.Value;
        var whole = _scenario.OnDemandPrice * _scenario.Target * _scenario.WindowTicks;
        return new SpotOutcome(1, cost / whole, moves.Sum(flow.FlowOf), 0);
    }

    private static int Least(ReadOnlySpan<int> values)
    {
        var least = int.MaxValue;
        foreach (var value in values)
        {
            least = Math.Min(least, value);
        }

        return least;
    }

    private double Price(int place) => place == _places - 1 ? _scenario.OnDemandPrice : 1;
}
