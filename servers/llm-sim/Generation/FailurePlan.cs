namespace LlmSim.Generation;

/// <summary>Which requests fail, drawn in the order they come, so that a seed gives the same run again.</summary>
internal sealed class FailurePlan(SimOptions options)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(options.Seed);

    public Fate Next()
    {
        lock (_lock)
        {
            var (failure, cut, after) = (_random.NextDouble(), _random.NextDouble(), _random.Next(1, 6));
            return failure < options.FailureRate ? new Fate(true, null) : new Fate(false, cut < options.CutRate ? after : null);
        }
    }
}
