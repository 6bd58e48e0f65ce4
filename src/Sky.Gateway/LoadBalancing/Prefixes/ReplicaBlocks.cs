using System.Runtime.InteropServices;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing.Prefixes;

/// <summary>
/// The blocks that one replica is expected to have cached, the longest unused first to go, as in the replica itself. Of one prompt the first
/// blocks are the last to go, so that what is there is always there from the prompt's start. Not safe for concurrent use.
/// </summary>
/// <param name="replica">Whose they are.</param>
/// <param name="dropped">Told of every block that goes.</param>
internal sealed class ReplicaBlocks(ReplicaTracker replica, Action<ulong, ReplicaBlocks> dropped)
{
    private const int None = -1;
    private readonly Dictionary<ulong, int> _places = [];
    private Place[] _all = new Place[64];
    private int _used;
    private int _free = None;
    private int _newest = None;
    private int _oldest = None;

    public ReplicaTracker Replica => replica;

    public int Count => _places.Count;

    public bool Has(ulong block) => _places.ContainsKey(block);

    /// <summary>True: the block is new here. It is the newest from now on in any case.</summary>
    public bool Touch(ulong block)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, block, out var known);
        if (known)
        {
            if (place != _newest)
            {
                Unlink(place);
                LinkNewest(place);
            }

            return false;
        }

        place = Take();
        _all[place].Block = block;
        LinkNewest(place);
        return true;
    }

    public void KeepAtMost(int blocks)
    {
        while (_places.Count > blocks)
        {
            Drop(_oldest);
        }
    }

    private void Drop(int place)
    {
        var block = _all[place].Block;
        Unlink(place);
        _places.Remove(block);
        _all[place].Older = _free;
        _free = place;
        dropped(block, this);
    }

    private int Take()
    {
        if (_free is not None and var free)
        {
            _free = _all[free].Older;
            return free;
        }

        if (_used == _all.Length)
        {
            Array.Resize(ref _all, _all.Length * 2);
        }

        return _used++;
    }

    private void LinkNewest(int place)
    {
        ref var entry = ref _all[place];
        entry.Newer = None;
        entry.Older = _newest;
        if (_newest is not None)
        {
            _all[_newest].Newer = place;
        }

        _newest = place;
        _oldest = _oldest is None ? place : _oldest;
    }

    private void Unlink(int place)
    {
        var (newer, older) = (_all[place].Newer, _all[place].Older);
        if (newer is None)
        {
            _newest = older;
        }
        else
        {
            _all[newer].Older = older;
        }

        if (older is None)
        {
            _oldest = newer;
        }
        else
        {
            _all[older].Newer = newer;
        }
    }

    private struct Place
    {
        public ulong Block;
        public int Newer;
        public int Older;
    }
}
