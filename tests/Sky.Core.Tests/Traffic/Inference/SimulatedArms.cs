using Sky.Core.Traffic.Experiments;

namespace Sky.Core.Tests.Traffic.Inference;

/// <summary>Two arms that get requests at random, from a seed.</summary>
/// <param name="seed">Of the chance.</param>
/// <param name="errors">Error rates.</param>
/// <param name="scale">Factors of the latencies, which are log-normal.</param>
/// <param name="share">Of the requests for the first.</param>
internal sealed class SimulatedArms(int seed, (double One, double Two) errors, (double One, double Two) scale, double share = 0.5)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<int, long>[] _buckets = [[], []];

    public long[] Requests { get; } = new long[2];

    public long[] Errors { get; } = new long[2];

    public Moments[] Seconds { get; } = new Moments[2];

    public LatencyCounts Latency(int arm) => new() { Buckets = _buckets[arm] };

    public void Serve(int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            var arm = _random.NextDouble() < share ? 0 : 1;
            Requests[arm]++;
            Errors[arm] += _random.NextDouble() < (arm == 0 ? errors.One : errors.Two) ? 1 : 0;
            var seconds = (arm == 0 ? scale.One : scale.Two) * Math.Exp(0.6 * Normal());
            Seconds[arm] = Seconds[arm].With(seconds);
            var bucket = LatencyScale.Of(TimeSpan.FromSeconds(seconds));
            _buckets[arm][bucket] = _buckets[arm].GetValueOrDefault(bucket) + 1;
        }
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
