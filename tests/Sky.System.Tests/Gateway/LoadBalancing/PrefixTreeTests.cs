using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing.Prefixes;
using Xunit;

namespace Sky.SystemTests.Gateway.LoadBalancing;

/// <summary>The tree against a plain model of it: for each replica a list of blocks by their use.</summary>
public sealed class PrefixTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_knows_what_a_plain_model_knows(int seed)
    {
        var random = new Random(seed);
        var tree = new PrefixTree();
        var replicas = LoadBalancingContract.Replicas(7);
        var model = replicas.ToDictionary(r => r, _ => new List<ulong>());
        var rooms = replicas.ToDictionary(r => r, _ => random.Next(5, 120));
        var holders = new PrefixHolder[PrefixTree.MostHolders];
        for (var n = 0; n < 3000; n++)
        {
            var blocks = Path(random);
            foreach (var (replica, held) in model)
            {
                Assert.Equal(blocks.TakeWhile(held.Contains).Count(), tree.Depth(blocks, replica));
            }

            var found = tree.Holders(blocks, replicas.Length, holders, out var common);
            var depths = model.ToDictionary(m => m.Key, m => blocks.TakeWhile(m.Value.Contains).Count());
            Assert.Equal(depths.Values.Min(), common);
            Assert.Equal(depths.Where(d => d.Value > common).Select(d => d.Value).OrderDescending(), holders[..found].Select(h => h.Blocks));
            Assert.All(holders[..found], h => Assert.Equal(depths[h.Replica], h.Blocks));

            Use(model, rooms, tree, replicas[random.Next(replicas.Length)], blocks, n);
            Assert.Equal(model.Values.Sum(held => held.Count), tree.Count);
        }
    }

    [Fact]
    public void It_forgets_replicas_that_drain()
    {
        var tree = new PrefixTree();
        var replicas = LoadBalancingContract.Replicas(2);
        tree.Insert([1, 2, 3], replicas[0], null, 0);
        tree.Insert([1, 2], replicas[1], null, 0);
        replicas[0].Retire();
        tree.RemoveGone();
        Assert.Equal(2, tree.Count);
        Assert.Equal(2, tree.Depth([1, 2, 3]));
        Assert.False(tree.Knows(replicas[0]));
    }

    [Fact]
    public void It_keeps_no_more_than_its_bound_of_a_replica_without_one()
    {
        var tree = new PrefixTree();
        var replica = LoadBalancingContract.Replicas(1)[0];
        for (var n = 0UL; n < 100; n++)
        {
            tree.Insert([.. Enumerable.Range(0, 400).Select(i => (n << 20) + (ulong)i + 1)], replica, null, n);
        }

        Assert.Equal(PrefixTree.MostBlocks, tree.Count);
    }

    [Fact]
    public void Heat_falls_with_time()
    {
        var tree = new PrefixTree();
        var replica = LoadBalancingContract.Replicas(1)[0];
        for (var i = 0; i < 10; i++)
        {
            tree.Insert([7], replica, null, 0);
        }

        Assert.Equal(10, tree.Heat(7, 0), 3);
        Assert.Equal(10 / Math.E, tree.Heat(7, 120), 3);
        Assert.Equal(0, tree.Heat(8, 0));
    }

    /// <summary>One of a few families, which part from each other at several depths.</summary>
    private static ulong[] Path(Random random)
    {
        var length = random.Next(1, 40);
        var (first, second) = ((ulong)random.Next(3), (ulong)random.Next(6));
        return [.. Enumerable.Range(1, length).Select(i => ((i > 5 ? first : 0) << 40) + ((i > 15 ? second : 0) << 20) + (ulong)i)];
    }

    private static void Use(
        Dictionary<ReplicaTracker, List<ulong>> model, Dictionary<ReplicaTracker, int> rooms, PrefixTree tree, ReplicaTracker replica, ulong[] blocks, int n)
    {
        tree.Insert(blocks, replica, rooms[replica], n);
        var held = model[replica];
        foreach (var block in blocks.Reverse())
        {
            held.Remove(block);
            held.Insert(0, block);
        }

        if (held.Count > rooms[replica])
        {
            held.RemoveRange(rooms[replica], held.Count - rooms[replica]);
        }
    }
}
