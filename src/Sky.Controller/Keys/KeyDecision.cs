using Sky.Controller.Api;
using Sky.Core.Keys;

namespace Sky.Controller.Keys;

/// <summary>What a verb makes of the keys there are: one to write, nothing to do, or why not.</summary>
internal sealed record KeyDecision
{
    public StoredKey? Write { get; init; }

    /// <summary>The key as it is then; null with a problem.</summary>
    public KeyRecord? Key { get; init; }

    public Problem? Problem { get; init; }

    public static KeyDecision To(StoredKey write) => new() { Write = write, Key = write.Key };

    public static implicit operator KeyDecision(Problem problem) => new() { Problem = problem };
}
