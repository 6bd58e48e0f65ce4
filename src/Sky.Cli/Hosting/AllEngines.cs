using Sky.Core.Engines;
using Sky.Providers.Engines.Swarm;

namespace Sky.Cli.Hosting;

/// <summary>The engines of this machine, and those of the clusters there are at the moment.</summary>
internal sealed class AllEngines(IReadOnlyList<IEngine> ofThisMachine, SwarmClusters clusters) : IEngines
{
    public IReadOnlyList<IEngine> All => [.. ofThisMachine, .. clusters.Engines];

    public IEngine? Find(string name) => All.FirstOrDefault(engine => engine.Name == name);
}
