namespace Sky.Core.Engines;

/// <summary>All engines this controller can ask. The set may change while it runs; names are unique.</summary>
public interface IEngines
{
    /// <summary>Those there are now.</summary>
    IReadOnlyList<IEngine> All { get; }

    /// <summary>The engine of that name; null when there is none (any more).</summary>
    IEngine? Find(string name);
}
