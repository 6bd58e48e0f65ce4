using CsCheck;
using Sky.Core.Metering;

namespace Sky.Core.Tests.Metering;

public sealed class SequenceRangesTests
{
    [Fact]
    public void A_number_is_new_once_and_ranges_neither_overlap_nor_touch() =>
        Gen.Long[0, 60].Array[0, 200].Sample(numbers =>
        {
            var ranges = new SequenceRanges([]);
            var known = new HashSet<long>();
            foreach (var number in numbers)
            {
                ranges = new SequenceRanges(ranges.All);
                Assert.Equal(known.Add(number), ranges.Add(number));
            }

            Assert.Equal(known.Order(), ranges.All.SelectMany(r => Enumerable.Range((int)r.First, (int)(r.Last - r.First + 1)).Select(n => (long)n)));
            Assert.All(ranges.All.Zip(ranges.All.Skip(1)), pair => Assert.True(pair.First.Last + 1 < pair.Second.First));
        });
}
