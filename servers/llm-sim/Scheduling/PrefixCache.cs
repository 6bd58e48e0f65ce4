using LlmSim.Tokens;

namespace LlmSim.Scheduling;

/// <summary>
/// Prompts seen before, in blocks of <see cref="BlockTokens"/> tokens named by all that comes before them (as vLLM's automatic prefix caching);
/// the least recently used block goes first.
/// </summary>
internal sealed class PrefixCache(int capacityTokens)
{
    public const int BlockTokens = 16;

    private readonly Lock _lock = new();
    private readonly int _capacity = capacityTokens / BlockTokens;
    private readonly LinkedList<ulong> _newestFirst = [];
    private readonly Dictionary<ulong, LinkedListNode<ulong>> _blocks = [];

    /// <summary>Tokens the prefix cache holds now.</summary>
    public int Tokens
    {
        get
        {
            lock (_lock)
            {
                return _blocks.Count * BlockTokens;
            }
        }
    }

    /// <summary>Number of leading tokens that are held, in whole blocks; afterwards all whole blocks of the prompt are.</summary>
    public int Use(IReadOnlyList<string> prompt)
    {
        var names = Names(prompt);
        lock (_lock)
        {
            var held = names.TakeWhile(_blocks.ContainsKey).Count();

            // From the last to the first: a prefix is of use without what follows it, so it must outlive it.
            for (var i = Math.Min(names.Count, _capacity) - 1; i >= 0; i--)
            {
                Touch(names[i]);
            }

            return held * BlockTokens;
        }
    }

    private static List<ulong> Names(IReadOnlyList<string> prompt)
    {
        var names = new List<ulong>(prompt.Count / BlockTokens);
        var hash = StableHash.Start;
        for (var i = 0; i < prompt.Count; i++)
        {
            hash = StableHash.Add(hash, prompt[i]);
            if (i % BlockTokens == BlockTokens - 1)
            {
                names.Add(hash);
            }
        }

        return names;
    }

    private void Touch(ulong name)
    {
        if (_blocks.TryGetValue(name, out var node))
        {
            _newestFirst.Remove(node);
            _newestFirst.AddFirst(node);
            return;
        }

        if (_blocks.Count >= _capacity)
        {
            _blocks.Remove(_newestFirst.Last!.Value);
            _newestFirst.RemoveLast();
        }

        _blocks[name] = _newestFirst.AddFirst(name);
    }
}
