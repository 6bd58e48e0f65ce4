namespace Sky.Core.Simulation.Spot;

/// <summary>Instances of one kind in one place, by the tick they were launched in. Who comes last goes first.</summary>
internal sealed class InstancePool
{
    private readonly List<int> _launched = [];

    public int Count => _launched.Count;

    /// <summary>Of those here, how many were launched by then.</summary>
    public int LaunchedBy(int tick)
    {
        var count = _launched.Count;
        while (count > 0 && _launched[count - 1] > tick)
        {
            count--;
        }

        return count;
    }

    public void Launch(int tick, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _launched.Add(tick);
        }
    }

    public void Remove(int count) => _launched.RemoveRange(_launched.Count - count, count);
}
