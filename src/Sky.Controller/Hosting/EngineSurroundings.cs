using Sky.Core.Clusters;
using Sky.Core.Services;

namespace Sky.Controller.Hosting;

/// <summary>What engines are made with.</summary>
/// <param name="Owner">Whose replicas: nothing of another owner is touched.</param>
/// <param name="Clusters">The clusters there are, as they change.</param>
public sealed record EngineSurroundings(OwnerId Owner, IClusterSource Clusters);
