using Sky.Core.Clouds;
using Sky.Core.Clusters;
using Sky.Core.Engines;
using Sky.Core.Nodes;

namespace Sky.Controller.Hosting;

/// <summary>What a controller runs replicas with. Disposing of it disposes of those parts that can be.</summary>
public sealed record ControllerEngines : IAsyncDisposable
{
    public required IEngines Engines { get; init; }

    /// <summary>In order of preference where they cost the same.</summary>
    public required IReadOnlyList<ICloud> Clouds { get; init; }

    /// <summary>Who runs clusters.</summary>
    public IClusterControl Clusters { get; init; } = new NoClusterControl();

    /// <summary>Writes what bought machines run first; null where no node that joins a cluster can be bought.</summary>
    public INodeUserData? UserData { get; init; }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Engines.All.OfType<IAsyncDisposable>().Append(Clusters as IAsyncDisposable).OfType<IAsyncDisposable>())
        {
            await part.DisposeAsync();
        }

        foreach (var cloud in Clouds.OfType<IDisposable>())
        {
            cloud.Dispose();
        }
    }
}
