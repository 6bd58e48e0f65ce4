using System.Collections.Concurrent;
using System.Text;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>The first names it sees, up to a number; every further one is <see cref="Other"/>, so that no label has values without end.</summary>
internal sealed class BoundedNames(int most)
{
    public const string Other = "other";

    private const int LongestFound = 128;

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>The text of a name in UTF-8, of one that is known without making it anew.</summary>
    public string Find(ReadOnlySpan<byte> name)
    {
        Span<char> signs = stackalloc char[LongestFound];
        return name.Length <= LongestFound && signs[..Encoding.UTF8.GetChars(name, signs)] is var text && _names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known)
            ? known
            : Encoding.UTF8.GetString(name);
    }

    public string Of(string name)
    {
        if (_names.TryGetValue(name, out var known))
        {
            return known;
        }

        // A few more than the most get in when they come at one instant.
        return _names.Count >= most ? Other : _names.GetOrAdd(name, name);
    }
}
