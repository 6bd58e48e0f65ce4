using Sky.Core.Keys;
using Sky.Gateway.Admission;
using Xunit;

namespace Sky.SystemTests.Gateway.Admission;

/// <summary>Properties of the fair queue over random histories.</summary>
public sealed class FairQueueTests
{
    private const int Most = 50;
    private const long MostBytes = 4000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void It_is_bounded_ends_each_request_once_and_keeps_the_order_of_a_key(int seed)
    {
        var random = new Random(seed);
        var queue = new FairQueue<Item>();
        var waiting = new HashSet<Item>();
        var last = new Dictionary<(string, KeyPriority), int>();
        for (var step = 0; step < 4000; step++)
        {
            switch (random.Next(5))
            {
                case < 3:
                    var item = new Item($"k{random.Next(8)}", (KeyPriority)random.Next(3), random.Next(1, 500), random.Next(0, 300), step);
                    var accepted = queue.TryAdd(item, Most, MostBytes, out var shed);
                    Assert.All(shed, one => Assert.True(waiting.Remove(one)));
                    Assert.All(shed, one => Assert.True(one.Priority > item.Priority || (one.Priority == item.Priority && one.Key != item.Key)));
                    Assert.True(accepted || shed.Count == 0);
                    if (accepted)
                    {
                        waiting.Add(item);
                    }

                    break;
                case 3 when queue.Peek() is { } next:
                    queue.Take(next);
                    Assert.True(waiting.Remove(next));
                    Assert.True(last.GetValueOrDefault((next.Key, next.Priority), -1) < next.Number, $"seed {seed}, step {step}");
                    last[(next.Key, next.Priority)] = next.Number;
                    break;
                case 4 when waiting.Count > 0 && random.Next(4) == 0:
                    var gone = waiting.ElementAt(random.Next(waiting.Count));
                    queue.Remove(gone);
                    waiting.Remove(gone);
                    break;
            }

            Assert.Equal(waiting.Count, queue.Count);
            Assert.Equal(waiting.Sum(one => one.Bytes), queue.Bytes);
            Assert.True(queue.Count <= Most && queue.Bytes <= MostBytes);
            Assert.Equal(waiting.Count > 0, queue.Peek() is not null);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Keys_that_always_wait_get_the_same_work_whatever_the_sizes_of_their_requests(int seed)
    {
        var random = new Random(seed);
        var queue = new FairQueue<Item>();
        var sizes = new[] { 1, 10, 100, 1000 };
        var served = new Dictionary<string, long>();
        var number = 0;
        for (var step = 0; step < 20_000; step++)
        {
            foreach (var size in sizes)
            {
                while (queue.All().Count(item => item.Key == $"{size}") < 3)
                {
                    Assert.True(queue.TryAdd(new Item($"{size}", KeyPriority.Default, random.Next(1, 2 * size), 0, number++), 1000, long.MaxValue, out _));
                }
            }

            var next = queue.Peek()!;
            queue.Take(next);
            served[next.Key] = served.GetValueOrDefault(next.Key) + next.Work;
        }

        Assert.True(served.Values.Max() - served.Values.Min() <= 2 * 2000, $"seed {seed}: {string.Join(", ", served)}");
    }

    [Fact]
    public void Classes_share_by_weight_and_none_starves()
    {
        var queue = new FairQueue<Item>();
        var served = new long[3];
        for (var step = 0; step < 21_000; step++)
        {
            foreach (var priority in Enum.GetValues<KeyPriority>())
            {
                while (queue.All().Count(item => item.Priority == priority) < 2)
                {
                    queue.TryAdd(new Item("k", priority, 10, 0, step), 1000, long.MaxValue, out _);
                }
            }

            var next = queue.Peek()!;
            queue.Take(next);
            served[(int)next.Priority] += next.Work;
        }

        Assert.InRange((double)served[(int)KeyPriority.Interactive] / served[(int)KeyPriority.Batch], 15.5, 16.5);
        Assert.InRange((double)served[(int)KeyPriority.Default] / served[(int)KeyPriority.Batch], 3.9, 4.1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Classes_share_tokens_by_weight_and_the_keys_of_each_share_its_tokens_evenly(int seed)
    {
        var random = new Random(seed);
        var queue = new FairQueue<Item>();
        var sizes = new[] { 5, 50, 500 };
        var served = new Dictionary<(KeyPriority Class, string Key), long>();
        for (var step = 0; step < 60_000; step++)
        {
            foreach (var priority in Enum.GetValues<KeyPriority>())
            {
                foreach (var size in sizes)
                {
                    while (queue.All().Count(item => item.Priority == priority && item.Key == $"{size}") < 2)
                    {
                        Assert.True(queue.TryAdd(new Item($"{size}", priority, random.Next(1, 2 * size), 0, step), 1000, long.MaxValue, out _));
                    }
                }
            }

            var next = queue.Peek()!;
            queue.Take(next);
            served[(next.Priority, next.Key)] = served.GetValueOrDefault((next.Priority, next.Key)) + next.Work;
        }

        var classes = served.GroupBy(one => one.Key.Class, one => one.Value).ToDictionary(group => group.Key, group => (double)group.Sum());
        Assert.InRange(classes[KeyPriority.Interactive] / classes[KeyPriority.Batch], 15, 17);
        Assert.InRange(classes[KeyPriority.Default] / classes[KeyPriority.Batch], 3.8, 4.2);
        Assert.All(served.GroupBy(one => one.Key.Class, one => one.Value), keys => Assert.True(keys.Max() - keys.Min() <= 2 * 1000, $"seed {seed}: {keys.Key} {string.Join(", ", keys)}"));
    }

    [Fact]
    public void Who_was_away_neither_has_saved_up_nor_is_behind()
    {
        var queue = new FairQueue<Item>();
        for (var i = 0; i < 1000; i++)
        {
            queue.TryAdd(new Item("busy", KeyPriority.Default, 10, 0, i), 10_000, long.MaxValue, out _);
        }

        for (var i = 0; i < 500; i++)
        {
            queue.Take(queue.Peek()!);
        }

        for (var i = 0; i < 100; i++)
        {
            queue.TryAdd(new Item("back", KeyPriority.Default, 10, 0, i), 10_000, long.MaxValue, out _);
        }

        var first = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var next = queue.Peek()!;
            queue.Take(next);
            first.Add(next.Key);
        }

        Assert.InRange(first.Count(key => key == "back"), 9, 11);
    }

    [Fact]
    public void Batch_is_shed_first_then_the_longest_flow_gives_way_to_a_shorter_one()
    {
        var queue = new FairQueue<Item>();
        var batch = Add(queue, "b", KeyPriority.Batch, 1);
        var crowd = Enumerable.Range(2, 3).Select(number => Add(queue, "a", KeyPriority.Default, number)).ToArray();

        Assert.True(queue.TryAdd(new Item("c", KeyPriority.Default, 1, 1, 5), 4, long.MaxValue, out var shed));
        Assert.Equal([batch], shed);
        Assert.True(queue.TryAdd(new Item("d", KeyPriority.Default, 1, 1, 6), 4, long.MaxValue, out shed));
        Assert.Equal([crowd[^1]], shed);
        Assert.False(queue.TryAdd(new Item("a", KeyPriority.Default, 1, 1, 7), 4, long.MaxValue, out shed));
        Assert.False(queue.TryAdd(new Item("b", KeyPriority.Batch, 1, 1, 8), 4, long.MaxValue, out shed));
        Assert.Empty(shed);
    }

    [Fact]
    public void Work_that_turns_out_otherwise_is_corrected()
    {
        var queue = new FairQueue<Item>();
        for (var i = 0; i < 10; i++)
        {
            Add(queue, "a", KeyPriority.Default, i);
            Add(queue, "b", KeyPriority.Default, i);
        }

        var first = queue.Peek()!;
        queue.Take(first);
        queue.Correct(first.Priority, first.Key, 3);
        for (var i = 0; i < 4; i++)
        {
            var next = queue.Peek()!;
            Assert.NotEqual(first.Key, next.Key);
            queue.Take(next);
        }
    }

    private static Item Add(FairQueue<Item> queue, string key, KeyPriority priority, int number)
    {
        var item = new Item(key, priority, 1, 1, number);
        Assert.True(queue.TryAdd(item, 1000, long.MaxValue, out _));
        return item;
    }

    private sealed record Item(string Key, KeyPriority Priority, long Work, long Bytes, int Number) : IQueued;
}
