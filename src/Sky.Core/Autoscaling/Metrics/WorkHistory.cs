namespace Sky.Core.Autoscaling.Metrics;

/// <summary>The last minute of one service at one gateway. A gateway that says nothing new has nothing new to say: its last word holds on.</summary>
public sealed class WorkHistory
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Less than this tells too little to go by.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10);

    private readonly List<WorkSample> _samples = [];

    public void Add(in WorkSample sample)
    {
        // Of a second the last word is enough, and the first one of all is where counting begins.
        if (_samples.Count > 1 && _samples[^1].At.ToUnixTimeSeconds() == sample.At.ToUnixTimeSeconds())
        {
            _samples.RemoveAt(_samples.Count - 1);
        }

        _samples.Add(sample);
        var oldest = sample.At - Window;
        while (_samples.Count > 1 && _samples[1].At <= oldest)
        {
            _samples.RemoveAt(0);
        }
    }

    /// <summary>All gateways together. Null when none was heard for long enough.</summary>
    /// <param name="histories">Of the service, each with whether its gateway is heard still: of one that is not, what it counted holds, and what it had at one time does not.</param>
    /// <param name="now">The present time.</param>
    public static WorkLoad? Of(IReadOnlyList<(WorkHistory History, bool Alive)> histories, DateTimeOffset now)
    {
        var (concurrency, tokens, wait, begun, first, firsts, known, span) = (0.0, 0.0, 0.0, 0.0, 0.0, 0L, true, TimeSpan.Zero);
        foreach (var (history, alive) in histories)
        {
            if (history.Start(now) is not { } start)
            {
                continue;
            }

            var last = history._samples[^1];
            var seconds = Math.Max(1, (now - start.At).TotalSeconds);
            if (alive)
            {
                concurrency += history.Held(start.At, now) / seconds;
                wait += last.HeldSeconds + (last.Held * Math.Max(0, (now - last.At).TotalSeconds));
                begun += last.Held;
                span = now - start.At > span ? now - start.At : span;
                known &= last.Totals is not null;
            }

            if (start.Totals is { } before && last.Totals is { } after)
            {
                tokens += (after.Tokens - before.Tokens) / seconds;
                wait += (after.WaitMicroseconds - before.WaitMicroseconds) / 1e6;
                begun += after.Begun - before.Begun;
                first += (after.FirstTokenMicroseconds - before.FirstTokenMicroseconds) / 1e6;
                firsts += after.FirstTokens - before.FirstTokens;
            }
        }

        return span < Least ? null : new WorkLoad
        {
            Concurrency = concurrency,
            TokensPerSecond = known ? Math.Max(0, tokens) : null,
            QueueWaitSeconds = !known ? null : begun > 0 ? Math.Max(0, wait) / begun : 0,
            FirstTokenSeconds = !known ? null : firsts > 0 ? first / firsts : begun > 0 || concurrency > 0 ? null : 0,
        };
    }

    /// <summary>What was so a minute ago, or as early as is known.</summary>
    private WorkSample? Start(DateTimeOffset now)
    {
        if (_samples.Count == 0)
        {
            return null;
        }

        var from = now - Window;
        var before = _samples.FindLastIndex(sample => sample.At <= from);
        return before < 0 ? _samples[0] : _samples[before] with { At = from };
    }

    /// <summary>Requests at one time, over time: in request-seconds.</summary>
    private double Held(DateTimeOffset from, DateTimeOffset now)
    {
        var sum = 0.0;
        for (var index = 0; index < _samples.Count; index++)
        {
            var begin = _samples[index].At > from ? _samples[index].At : from;
            var end = index + 1 < _samples.Count ? _samples[index + 1].At : now;
            sum += end > begin ? (end - begin).TotalSeconds * _samples[index].Concurrency : 0;
        }

        return sum;
    }
}
