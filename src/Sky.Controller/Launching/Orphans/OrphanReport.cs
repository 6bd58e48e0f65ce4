using Sky.Core.Clouds.Orphans;

namespace Sky.Controller.Launching.Orphans;

/// <summary>What is known of orphans.</summary>
/// <param name="Nodes">Those of ours, and those taken over.</param>
/// <param name="Life">Of the store.</param>
/// <param name="Before">Owners of stores that were here before.</param>
/// <param name="Silent">Clouds that could not be asked, with the reasons.</param>
internal sealed record OrphanReport(IReadOnlyList<OrphanNode> Nodes, StoreLife Life, IReadOnlyList<string> Before, IReadOnlyDictionary<string, string> Silent);
