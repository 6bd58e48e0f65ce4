using Sky.Core.Specs;

namespace Sky.Gateway.Health.Outliers;

/// <summary>
/// Decides which replicas of one service are left out, and for how long, from what they made of their requests: the rules of Envoy's outlier
/// detection. It reads no clock: the time is handed in, as the time since some start. Not safe for concurrent use.
/// </summary>
internal sealed class OutlierDetector
{
    /// <summary>Success rates are compared among at least so many replicas with at least so many answers each (Envoy).</summary>
    public const int LeastReplicas = 5;
    public const int LeastAnswers = 100;

    private TimeSpan _intervalEnds = TimeSpan.MinValue;

    /// <summary>One more failure of <paramref name="record"/> was counted. True: it is ejected from now on.</summary>
    /// <param name="record">One of <paramref name="all"/>.</param>
    /// <param name="all">The replicas that may be used or are ejected.</param>
    /// <param name="spec">The rules.</param>
    /// <param name="now">Never less than before.</param>
    public static bool Failed(OutcomeRecord record, IReadOnlyCollection<OutcomeRecord> all, OutlierSpec spec, TimeSpan now) =>
        spec.ConsecutiveFailures > 0 && record.InARow >= spec.ConsecutiveFailures && TryEject(record, all, spec, now);

    /// <summary>Takes back those whose time is over and, at the end of an interval, ejects those that succeed much less than the others.</summary>
    /// <returns>True when any was ejected or taken back.</returns>
    public bool Review(IReadOnlyCollection<OutcomeRecord> all, OutlierSpec spec, TimeSpan now)
    {
        var changed = false;
        foreach (var record in all)
        {
            if (record.Ejected && now >= record.EjectedUntil)
            {
                record.Return();
                changed = true;
            }
        }

        if (now < _intervalEnds)
        {
            return changed;
        }

        var first = _intervalEnds == TimeSpan.MinValue;
        _intervalEnds = now + TimeSpan.FromSeconds(spec.IntervalSeconds);
        return (!first && Compare(all, spec, now)) || changed;
    }

    private static bool Compare(IReadOnlyCollection<OutcomeRecord> all, OutlierSpec spec, TimeSpan now)
    {
        var rates = new List<(OutcomeRecord Record, double Rate)>(all.Count);
        foreach (var record in all)
        {
            var (succeeded, failed) = record.Take();
            if (record.Ejected)
            {
                continue;
            }

            record.Ejections = Math.Max(0, record.Ejections - 1);
            if (succeeded + failed >= LeastAnswers)
            {
                rates.Add((record, (double)succeeded / (succeeded + failed)));
            }
        }

        if (spec.SuccessRateDeviations <= 0 || rates.Count < LeastReplicas)
        {
            return false;
        }

        var mean = rates.Average(one => one.Rate);
        var deviation = Math.Sqrt(rates.Average(one => (one.Rate - mean) * (one.Rate - mean)));
        var least = mean - (spec.SuccessRateDeviations * deviation);
        var changed = false;
        foreach (var (record, _) in rates.Where(one => one.Rate < least).OrderBy(one => one.Rate))
        {
            changed |= TryEject(record, all, spec, now);
        }

        return changed;
    }

    private static bool TryEject(OutcomeRecord record, IReadOnlyCollection<OutcomeRecord> all, OutlierSpec spec, TimeSpan now)
    {
        var ejected = all.Count(one => one.Ejected);
        var room = ejected == 0 ? all.Count > 1 && spec.MaxEjectedPercent > 0 : (ejected + 1) * 100 <= spec.MaxEjectedPercent * all.Count;
        if (record.Ejected || !room)
        {
            return false;
        }

        var seconds = Math.Min(spec.EjectionSeconds * (record.Ejections + 1), Math.Max(spec.EjectionSeconds, spec.MaxEjectionSeconds));
        record.Eject(now + TimeSpan.FromSeconds(seconds));
        return true;
    }
}
