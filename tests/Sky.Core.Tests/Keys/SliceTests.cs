using Sky.Core.Keys;

namespace Sky.Core.Tests.Keys;

/// <summary>Properties of how limits are divided among gateways, over random demands and histories.</summary>
public sealed class SliceTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Slices_are_the_whole_limit_and_keep_what_is_held(int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 3000; run++)
        {
            var limit = random.NextInt64(0, random.Next(2) == 0 ? 20 : 1_000_000);
            var demands = Enumerable.Range(0, random.Next(1, 8))
                .Select(_ => new SliceDemand(random.NextInt64(0, limit + 10), random.NextInt64(0, Math.Max(1, limit / 4)))).ToArray();
            var slices = SliceDivision.Divide(limit, demands);
            var what = $"seed {seed}, run {run}: {limit} for {string.Join(", ", demands)} is {string.Join(", ", slices)}";

            Assert.True(slices.Sum() == limit, what);
            Assert.All(slices, slice => Assert.True(slice >= 0, what));
            var even = limit / 10 / demands.Length;
            var held = demands.Sum(demand => demand.Held);
            for (var index = 0; index < demands.Length; index++)
            {
                Assert.True(held > limit || slices[index] >= demands[index].Held, what);
                Assert.True(held > limit * 9 / 10 || slices[index] >= even, what);
            }

            // Where all can have what they want, they have it.
            if (demands.Sum(demand => Math.Max(even, Math.Max(demand.Held, demand.Wanted))) <= limit)
            {
                Assert.All(demands.Zip(slices), pair => Assert.True(pair.Second >= pair.First.Wanted, what));
            }
        }
    }

    [Fact]
    public void The_busy_get_what_the_idle_leave_and_equals_get_the_same()
    {
        Assert.Equal([95, 5], SliceDivision.Divide(100, [new(1000, 0), new(0, 0)]));
        Assert.Equal([50, 50], SliceDivision.Divide(100, [new(1000, 0), new(1000, 0)]));
        Assert.Equal([70, 30], SliceDivision.Divide(100, [new(1000, 0), new(30, 0)]));
        Assert.Equal([1, 0], SliceDivision.Divide(1, [new(1, 0), new(1, 0)]));
        Assert.Equal([0, 1], SliceDivision.Divide(1, [new(0, 0), new(1, 0)]));
        Assert.Equal([100], SliceDivision.Divide(100, [new(0, 0)]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_was_told_is_never_more_than_the_limit_whoever_speaks_or_falls_silent(int seed)
    {
        var random = new Random(seed);
        var lease = TimeSpan.FromSeconds(60);
        var book = new SliceBook(lease);
        var now = Start;
        var told = new Dictionary<string, (long Slice, DateTimeOffset Until)>();
        const long Limit = 1000;
        for (var step = 0; step < 20_000; step++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(3000));
            var gateway = $"g{random.Next(5)}";
            var slice = book.Renew(gateway, new SliceDemand(random.Next(1500), random.Next(100)), Limit, now);
            told[gateway] = (slice, now + lease);

            var usable = told.Values.Where(one => one.Until > now).Sum(one => one.Slice);
            Assert.True(usable <= Limit, $"seed {seed}, step {step}: {usable}");
            Assert.Equal(usable, book.Told(now));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_in_use_is_never_more_than_the_limit_and_nobody_is_kept_out(int seed)
    {
        var random = new Random(seed);
        var limit = random.Next(1, 12);
        var gateways = Enumerable.Range(0, 4).Select(_ => new InUse()).ToArray();
        var book = new SliceBook(TimeSpan.FromSeconds(60));
        for (var step = 0; step < 40_000; step++)
        {
            var gateway = gateways[random.Next(gateways.Length)];
            switch (random.Next(5))
            {
                case 0:
                    // What is told may come after more has been taken than was said.
                    var said = gateway.Used;
                    gateway.Take();
                    gateway.Slice = book.RenewInUse($"{Array.IndexOf(gateways, gateway)}", said + 20, said, limit, Start.AddMilliseconds(100 * step));
                    break;
                case 1 when gateway.Used > 0:
                    gateway.Used--;
                    break;
                default:
                    gateway.Take();
                    break;
            }

            Assert.True(gateways.Sum(one => one.Used) <= limit, $"seed {seed}, step {step}: {string.Join(", ", gateways.Select(one => one.Used))} of {limit}");
        }

        var mean = gateways.Average(one => one.All);
        Assert.All(gateways, one => Assert.True(one.All > mean / 2, $"seed {seed}, limit {limit}: {string.Join(", ", gateways.Select(each => each.All))}"));
    }

    private sealed class InUse
    {
        public long Slice { get; set; }

        public long Used { get; set; }

        public long All { get; private set; }

        public void Take()
        {
            if (Used < Slice)
            {
                Used++;
                All++;
            }
        }
    }

    [Fact]
    public void The_slice_of_a_silent_gateway_comes_back_when_it_has_run_out_and_not_before()
    {
        var book = new SliceBook(TimeSpan.FromSeconds(60));
        Assert.Equal(100, book.Renew("a", new(1000, 0), 100, Start));
        Assert.Equal(0, book.Renew("b", new(1000, 0), 100, Start));
        Assert.Equal(50, book.Renew("a", new(1000, 0), 100, Start.AddSeconds(1)));
        Assert.Equal(50, book.Renew("b", new(1000, 0), 100, Start.AddSeconds(1)));
        Assert.Equal(50, book.Renew("b", new(1000, 0), 100, Start.AddSeconds(60)));
        Assert.Equal(100, book.Renew("b", new(1000, 0), 100, Start.AddSeconds(61)));
    }

    [Fact]
    public void Demand_moves_slices_within_two_rounds()
    {
        var book = new SliceBook(TimeSpan.FromSeconds(60));
        book.Renew("a", new(1000, 0), 100, Start);
        for (var second = 1; second < 4; second++)
        {
            book.Renew("a", new(0, 0), 100, Start.AddSeconds(second));
            book.Renew("b", new(1000, 0), 100, Start.AddSeconds(second));
        }

        Assert.Equal(95, book.Renew("b", new(1000, 0), 100, Start.AddSeconds(4)));
    }
}
