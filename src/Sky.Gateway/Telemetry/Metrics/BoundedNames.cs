using System.Collections.Concurrent;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>The first names it sees, up to a number; every further one is <see cref="Other"/>, so that no label has values without end.</summary>
internal sealed class BoundedNames(int most)
{
    public const string Other = "other";

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);

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
