namespace LlmSim.Generation;

/// <summary>Which requests fail, drawn in the order they come, so that a seed gives the same run again.</summary>
internal sealed class FailurePlan(SimOptions options)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(options.Seed);
    private readonly Random _usage = new(options.Seed + 1);

    public Fate Next()
    {
        lock (_lock)
        {
            var (failure, cut, after) = (_random.NextDouble(), _random.NextDouble(), _random.Next(1, 6));
            var noUsage = _usage.NextDouble() < options.NoUsageRate;
            return failure < options.FailureRate ? new Fate(true, null, noUsage) : new Fate(false, cut < options.CutRate ? after : null, noUsage);
        }
    }
}
