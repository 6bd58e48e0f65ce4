namespace Sky.Core.Simulation.Spot;

/// <summary>
/// The cheapest flow of whole units through a network: successive shortest paths with potentials (Edmonds and Karp 1972, Tomizawa 1971). Exact, and in whole
/// numbers, because each path carries a whole number of units. Costs are 0 or above.
/// </summary>
internal sealed class MinCostFlow(int nodes)
{
    private const double Rounding = 1e-9;

    private readonly List<int> _to = [];
    private readonly List<int> _room = [];
    private readonly List<double> _cost = [];
    private readonly List<int> _next = [];
    private readonly int[] _first = Fill(new int[nodes], -1);
    private readonly double[] _potential = new double[nodes];
    private readonly double[] _distance = new double[nodes];
    private readonly int[] _arrivedBy = new int[nodes];
    private readonly PriorityQueue<int, double> _queue = new();

    /// <returns>The arc's number, for <see cref="FlowOf"/>.</returns>
    public int AddArc(int from, int to, int capacity, double cost)
    {
        Add(from, to, capacity, cost);
        Add(to, from, 0, -cost);
        return _to.Count - 2;
    }

    /// <summary>Units on an arc once the flow is found.</summary>
    public int FlowOf(int arc) => _room[arc ^ 1];

    /// <returns>What so many units cost from source to sink; null when the network does not hold them.</returns>
    public double? Send(int source, int sink, int units)
    {
        var total = 0.0;
        while (units > 0)
        {
            if (!FindPath(source, sink))
            {
                return null;
            }

            var sent = units;
            for (var node = sink; node != source; node = _to[_arrivedBy[node] ^ 1])
            {
                sent = Math.Min(sent, _room[_arrivedBy[node]]);
            }

            for (var node = sink; node != source; node = _to[_arrivedBy[node] ^ 1])
            {
                _room[_arrivedBy[node]] -= sent;
                _room[_arrivedBy[node] ^ 1] += sent;
                total += sent * _cost[_arrivedBy[node]];
            }

            units -= sent;
        }

        return total;
    }

    /// <summary>Dijkstra's algorithm over costs that the potentials keep from being negative.</summary>
    private bool FindPath(int source, int sink)
    {
        Array.Fill(_distance, double.PositiveInfinity);
        _distance[source] = 0;
        _queue.Clear();
        _queue.Enqueue(source, 0);
        while (_queue.TryDequeue(out var node, out var distance))
        {
            if (distance > _distance[node])
            {
                continue;
            }

            for (var arc = _first[node]; arc >= 0; arc = _next[arc])
            {
                var reached = distance + Math.Max(0, _cost[arc] + _potential[node] - _potential[_to[arc]]);
                if (_room[arc] > 0 && reached + Rounding < _distance[_to[arc]])
                {
                    _distance[_to[arc]] = reached;
                    _arrivedBy[_to[arc]] = arc;
                    _queue.Enqueue(_to[arc], reached);
                }
            }
        }

        if (double.IsPositiveInfinity(_distance[sink]))
        {
            return false;
        }

        for (var node = 0; node < _potential.Length; node++)
        {
            _potential[node] += Math.Min(_distance[node], _distance[sink]);
        }

        return true;
    }

    private void Add(int from, int to, int capacity, double cost)
    {
        _to.Add(to);
        _room.Add(capacity);
        _cost.Add(cost);
        _next.Add(_first[from]);
        _first[from] = _to.Count - 1;
    }

    private static int[] Fill(int[] array, int value)
    {
        Array.Fill(array, value);
        return array;
    }
}
