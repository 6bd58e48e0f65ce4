using System.Globalization;
using System.Text;

namespace LlmSim.Reporting;

/// <summary>Counts of seconds, written in Prometheus' text form.</summary>
internal sealed class Histogram(string name, params double[] bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public void Observe(TimeSpan value)
    {
        var bucket = Array.FindIndex(bounds, b => value.TotalSeconds <= b);
        lock (_lock)
        {
            _counts[bucket < 0 ? bounds.Length : bucket]++;
            _sum += value.TotalSeconds;
        }
    }

    public void Write(StringBuilder text, string label)
    {
        lock (_lock)
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} histogram\n");
            long count = 0;
            for (var i = 0; i < _counts.Length; i++)
            {
                count += _counts[i];
                var bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{label},le=\"{bound}\"}} {count}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{label}}} {_sum}\n{name}_count{{{label}}} {count}\n");
        }
    }
}
