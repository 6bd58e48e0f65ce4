namespace Sky.Gateway.Admission;

/// <summary>The waiting requests of one class, by key.</summary>
/// <param name="weight">Its share beside other classes that wait too.</param>
internal sealed class Lane<T>(int weight)
    where T : class, IQueued
{
    /// <summary>Keys remembered that have nothing waiting. One that is forgotten begins at the level of the others, as a new one does.</summary>
    private const int MostIdle = 4096;

    private readonly Dictionary<string, Flow<T>> _flows = new(StringComparer.Ordinal);
    private long _turn;

    /// <summary>Work that was served, divided by the weight.</summary>
    public double Served { get; set; }

    public int Count { get; private set; }

    public void Add(T item)
    {
        if (!_flows.TryGetValue(item.Key, out var flow))
        {
            Forget();
            _flows[item.Key] = flow = new Flow<T>();
        }

        if (flow.Waiting.Count == 0)
        {
            flow.Served = Math.Max(flow.Served, Level());
        }

        flow.Waiting.AddLast(item);
        Count++;
    }

    public T Peek() => Next().Waiting.First!.Value;

    public void Take(T item)
    {
        var flow = _flows[item.Key];
        Remove(item);
        flow.Served += item.Work;
        flow.Turn = ++_turn;
        Served += (double)item.Work / weight;
    }

    public void Remove(T item)
    {
        _flows[item.Key].Waiting.Remove(item);
        Count--;
    }

    public void Correct(string key, long work)
    {
        Served = Math.Max(0, Served + ((double)work / weight));
        if (_flows.TryGetValue(key, out var flow))
        {
            flow.Served = Math.Max(0, flow.Served + work);
        }
    }

    public int CountOf(string key) => _flows.TryGetValue(key, out var flow) ? flow.Waiting.Count : 0;

    public IEnumerable<T> All() => _flows.Values.SelectMany(flow => flow.Waiting);

    /// <summary>The newest item of the flow with the most, not counting those of <paramref name="gone"/>; null when none has more than <paramref name="longerThan"/>.</summary>
    public T? NewestOfLongest(List<T> gone, int longerThan, string? notOf)
    {
        T? newest = null;
        foreach (var (key, flow) in _flows)
        {
            var left = flow.Waiting.Count - gone.Count(one => flow.Waiting.Count > 0 && one.Key == key && one.Priority == flow.Waiting.First!.Value.Priority);
            if (left > longerThan && key != notOf)
            {
                longerThan = left;
                newest = NewestBut(flow, gone);
            }
        }

        return newest;
    }

    private static T? NewestBut(Flow<T> flow, List<T> gone)
    {
        var node = flow.Waiting.Last;
        while (node is not null && gone.Contains(node.Value))
        {
            node = node.Previous;
        }

        return node?.Value;
    }

    private Flow<T> Next()
    {
        Flow<T>? next = null;
        foreach (var flow in _flows.Values)
        {
            if (flow.Waiting.Count > 0 && (next is null || flow.Served < next.Served || (flow.Served == next.Served && flow.Turn < next.Turn)))
            {
                next = flow;
            }
        }

        return next!;
    }

    /// <summary>How far the keys that wait have been served; where none waits, how far any has.</summary>
    private double Level()
    {
        var (waiting, any) = (double.MaxValue, 0.0);
        foreach (var flow in _flows.Values)
        {
            any = Math.Max(any, flow.Served);
            if (flow.Waiting.Count > 0)
            {
                waiting = Math.Min(waiting, flow.Served);
            }
        }

        return Count > 0 ? waiting : any;
    }

    private void Forget()
    {
        if (_flows.Count < MostIdle)
        {
            return;
        }

        foreach (var idle in _flows.Where(pair => pair.Value.Waiting.Count == 0).Select(pair => pair.Key).ToArray())
        {
            _flows.Remove(idle);
        }
    }
}
