namespace Sky.Gateway.LoadBalancing.Prefixes;

/// <summary>
/// What it weighs to compute blocks that somebody else has already: a block that was used h times lately counts 1 / (1 + w·h), because once
/// computed it serves the next requests for it. Of a long prompt only so many blocks are looked at. Not safe for concurrent use.
/// </summary>
internal sealed class MissingBlocks(PrefixTree tree, double heatWeight)
{
    private const int MostLookedAt = 32;
    private readonly double[] _from = new double[MostLookedAt + 1];
    private int _start;
    private int _end;
    private int _step = 1;

    /// <summary>Looks at the blocks from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    public void Weigh(ReadOnlySpan<ulong> blocks, int start, int end, float now)
    {
        (_start, _end) = (start, end);
        _step = Math.Max(1, (end - start + MostLookedAt - 1) / MostLookedAt);
        var steps = (end - start + _step - 1) / _step;
        _from[steps] = 0;
        for (var i = steps - 1; i >= 0; i--)
        {
            var begin = start + (i * _step);
            var length = Math.Min(_step, end - begin);
            _from[i] = _from[i + 1] + (length / (1 + (heatWeight * tree.Heat(blocks[begin], now))));
        }
    }

    /// <summary>What the blocks from <paramref name="depth"/> on weigh together, in blocks.</summary>
    public double From(int depth)
    {
        if (depth >= _end)
        {
            return 0;
        }

        if (depth < _start)
        {
            return _from[0] + _start - depth;
        }

        var (index, into) = Math.DivRem(depth - _start, _step);
        var part = _from[index] - _from[index + 1];
        return _from[index] - (part * into / Math.Min(_step, _end - (_start + (index * _step))));
    }
}
