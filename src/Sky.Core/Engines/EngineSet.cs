namespace Sky.Core.Engines;

/// <summary>Engines that are known when the controller starts.</summary>
/// <param name="engines">Each with a name of its own.</param>
public sealed class EngineSet(params IReadOnlyList<IEngine> engines) : IEngines
{
    public IReadOnlyList<IEngine> All => engines;

    public IEngine? Find(string name) => engines.FirstOrDefault(engine => engine.Name == name);
}
