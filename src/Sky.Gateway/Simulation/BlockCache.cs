namespace Sky.Gateway.Simulation;

/// <summary>The prefix cache of a simulated replica: blocks, the longest unused first to go, of one prompt its last ones first.</summary>
internal sealed class BlockCache(int room)
{
    private readonly Dictionary<ulong, LinkedListNode<ulong>> _places = [];
    private readonly LinkedList<ulong> _byUse = [];

    /// <summary>Blocks of the prompt that are there, from its start.</summary>
    public int Match(ReadOnlySpan<ulong> blocks)
    {
        var known = 0;
        while (known < blocks.Length && _places.ContainsKey(blocks[known]))
        {
            known++;
        }

        return known;
    }

    public void Use(ReadOnlySpan<ulong> blocks)
    {
        for (var i = blocks.Length - 1; i >= 0; i--)
        {
            if (_places.Remove(blocks[i], out var place))
            {
                _byUse.Remove(place);
            }

            _places[blocks[i]] = _byUse.AddFirst(blocks[i]);
        }

        while (_places.Count > room)
        {
            _places.Remove(_byUse.Last!.Value);
            _byUse.RemoveLast();
        }
    }
}
