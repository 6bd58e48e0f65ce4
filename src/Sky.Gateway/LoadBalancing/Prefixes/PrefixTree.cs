using System.Runtime.InteropServices;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing.Prefixes;

/// <summary>
/// Which replica is expected to have which beginnings of prompts: an approximate radix tree over blocks. A block's hash stands for the
/// whole prompt up to its end, so a path through the tree is a row of hashes and needs no links; along it the holders only get fewer.
/// Bounded by <see cref="MostBlocks"/> for each replica. Not safe for concurrent use: its policy locks.
/// </summary>
internal sealed class PrefixTree
{
    /// <summary>Blocks remembered of one replica whose own room is not known.</summary>
    public const int MostBlocks = 16_384;

    /// <summary>Holders that are named one by one; all others count as having what everyone has.</summary>
    public const int MostHolders = 16;

    /// <summary>Blocks remembered of all replicas together.</summary>
    private const int MostTogether = 1 << 20;

    /// <summary>Seconds within which the count of a block's uses falls to 1/e.</summary>
    private const float HeatLife = 120;

    private readonly Dictionary<ulong, Node> _nodes = [];
    private readonly Dictionary<ReplicaTracker, ReplicaBlocks> _replicas = [];
    private readonly Action<ulong, ReplicaBlocks> _dropped;

    public PrefixTree() => _dropped = Dropped;

    /// <summary>Blocks of all replicas, each counted once for each replica.</summary>
    public int Count { get; private set; }

    /// <summary>Whether that replica was ever given anything here.</summary>
    public bool Knows(ReplicaTracker replica) => _replicas.ContainsKey(replica);

    /// <summary>How many blocks of <paramref name="blocks"/> somebody has.</summary>
    public int Depth(ReadOnlySpan<ulong> blocks) => LongestWith(blocks, 1);

    /// <summary>How many blocks of <paramref name="blocks"/> that replica has.</summary>
    public int Depth(ReadOnlySpan<ulong> blocks, ReplicaTracker replica)
    {
        if (!_replicas.TryGetValue(replica, out var held))
        {
            return 0;
        }

        var (low, high) = (0, blocks.Length);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = held.Has(blocks[middle - 1]) ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>
    /// Fills <paramref name="holders"/> with those that have the most of it, deepest first, and says how many they are.
    /// <paramref name="common"/> is what all others have at least, of which there are <paramref name="replicas"/> with them.
    /// </summary>
    public int Holders(ReadOnlySpan<ulong> blocks, int replicas, Span<PrefixHolder> holders, out int common)
    {
        common = LongestWith(blocks, Math.Max(replicas, _replicas.Count));
        var found = 0;
        var depth = Depth(blocks);
        while (depth > common && found < holders.Length)
        {
            var node = _nodes[blocks[depth - 1]];
            foreach (var holder in node.Holders)
            {
                if (holder is not null && found < holders.Length && !Named(holders[..found], holder.Replica))
                {
                    holders[found++] = new(holder.Replica, depth);
                }
            }

            depth = LongestWith(blocks[..(depth - 1)], node.Count + 1);
        }

        return found;
    }

    /// <summary>How often that block was used lately: a count whose parts lose weight within two minutes.</summary>
    /// <param name="block">The block.</param>
    /// <param name="now">Seconds.</param>
    public float Heat(ulong block, float now) =>
        _nodes.TryGetValue(block, out var node) ? node.Heat * MathF.Exp((node.HeatAt - now) / HeatLife) : 0;

    /// <summary>The replica computes these blocks, or has them, and they are its newest. Its last ones go when it has no more room.</summary>
    /// <param name="blocks">From the prompt's start.</param>
    /// <param name="replica">The one.</param>
    /// <param name="room">Blocks that the replica can keep; null when not known.</param>
    /// <param name="now">Seconds.</param>
    public void Insert(ReadOnlySpan<ulong> blocks, ReplicaTracker replica, int? room, float now)
    {
        if (!_replicas.TryGetValue(replica, out var held))
        {
            RemoveGone();
            held = new ReplicaBlocks(replica, _dropped);
            _replicas.Add(replica, held);
        }

        for (var i = blocks.Length - 1; i >= 0; i--)
        {
            ref var node = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes, blocks[i], out _);
            node.Warm(now);
            if (held.Touch(blocks[i]))
            {
                node.Add(held);
                Count++;
            }
        }

        held.KeepAtMost(Math.Min(room ?? MostBlocks, Math.Max(1, MostTogether / _replicas.Count)));
    }

    /// <summary>Forgets the replicas that are going away.</summary>
    public void RemoveGone()
    {
        foreach (var (replica, held) in _replicas)
        {
            if (replica.Draining)
            {
                held.KeepAtMost(0);
                _replicas.Remove(replica);
            }
        }
    }

    /// <summary>How many blocks at least <paramref name="holders"/> replicas have: along a path that number only falls, so halving finds it.</summary>
    private int LongestWith(ReadOnlySpan<ulong> blocks, int holders)
    {
        var (low, high) = (0, blocks.Length);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            var enough = _nodes.TryGetValue(blocks[middle - 1], out var node) && node.Count >= holders;
            (low, high) = enough ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private void Dropped(ulong block, ReplicaBlocks held)
    {
        Count--;
        ref var node = ref CollectionsMarshal.GetValueRefOrNullRef(_nodes, block);
        node.Remove(held);
        if (node.Count == 0)
        {
            _nodes.Remove(block);
        }
    }

    private static bool Named(ReadOnlySpan<PrefixHolder> holders, ReplicaTracker replica)
    {
        foreach (var holder in holders)
        {
            if (ReferenceEquals(holder.Replica, replica))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Who has a block, the first few by name: that a block is held by many is all that is asked then.</summary>
    private struct Node
    {
        private ReplicaBlocks?[]? _holders;

        public int Count;
        public float Heat;
        public float HeatAt;

        public readonly ReadOnlySpan<ReplicaBlocks?> Holders => _holders is null ? [] : _holders.AsSpan(0, Math.Min(Count, _holders.Length));

        public void Warm(float now)
        {
            // Within a second the loss of weight is not worth an exponential function.
            if (now - HeatAt > 1)
            {
                Heat *= MathF.Exp((HeatAt - now) / HeatLife);
                HeatAt = now;
            }

            Heat++;
        }

        public void Add(ReplicaBlocks held)
        {
            _holders ??= new ReplicaBlocks?[2];
            if (Count == _holders.Length)
            {
                Array.Resize(ref _holders, Count * 2);
            }

            _holders[Count++] = held;
        }

        public void Remove(ReplicaBlocks held)
        {
            var index = Array.IndexOf(_holders!, held, 0, Count);
            _holders![index] = _holders[--Count];
            _holders[Count] = null;
        }
    }
}
