namespace Sky.Core.Keys;

/// <summary>Divides a limit among gateways; pure.</summary>
public static class SliceDivision
{
    /// <summary>The part of a limit that is spread evenly whatever the demand, so that a gateway that had nothing to do can begin at once: one in this many.</summary>
    private const int EvenPart = 10;

    /// <summary>
    /// The slices, in the order of the demands. Together they are the limit, no more and no less. Everyone keeps what it holds (all of it where
    /// the limit allows), a tenth of the limit is spread evenly, the rest goes where it is wanted, the smallest wants being met first, and
    /// what nobody wants is spread evenly again.
    /// </summary>
    /// <param name="limit">At least 0.</param>
    /// <param name="demands">One for each gateway; at least one.</param>
    /// <param name="whole">False: what nobody wants stays undivided, because what is given out may be lost with who has it.</param>
    public static long[] Divide(long limit, IReadOnlyList<SliceDemand> demands, bool whole = true)
    {
        var slices = new long[demands.Count];
        var left = Raise(slices, [.. demands.Select(demand => demand.Held)], limit);
        var even = limit / EvenPart / demands.Count;
        left = Raise(slices, [.. slices.Select(slice => Math.Max(slice, even))], left);
        left = Raise(slices, [.. demands.Select((demand, index) => Math.Max(slices[index], demand.Wanted))], left);
        for (var index = 0; whole && index < slices.Length; index++)
        {
            var share = left / (slices.Length - index);
            slices[index] += share;
            left -= share;
        }

        return slices;
    }

    /// <summary>Raises the slices towards the goals with what is left, lowest first, like water in a vessel. What is left after it.</summary>
    private static long Raise(long[] slices, long[] goals, long left)
    {
        while (left > 0)
        {
            var open = Enumerable.Range(0, slices.Length).Where(index => slices[index] < goals[index]).ToArray();
            if (open.Length == 0)
            {
                return left;
            }

            // All of the lowest rise together, to the next level or a goal, whichever comes first.
            var level = open.Min(index => slices[index]);
            var lowest = Array.FindAll(open, index => slices[index] == level);
            var next = open.Where(index => slices[index] > level).Select(index => slices[index]).Concat(lowest.Select(index => goals[index])).Min();
            var step = Math.Min(next - level, left / lowest.Length);
            if (step == 0)
            {
                // Fewer than one for each: the first ones get them.
                foreach (var index in lowest.Take((int)left))
                {
                    slices[index]++;
                }

                return 0;
            }

            foreach (var index in lowest)
            {
                slices[index] += step;
            }

            left -= step * lowest.Length;
        }

        return left;
    }
}
