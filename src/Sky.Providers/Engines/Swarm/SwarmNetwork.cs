using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>The network by which a cluster's replicas find each other: an overlay that a service's name resolves in, to all of its replicas that run.</summary>
internal sealed class SwarmNetwork(SwarmManagers managers, SwarmEngineOptions options)
{
    /// <summary>Makes it where it is not there. Its name is the cluster's own; two that make it at once make one.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (options.Network is not { } name || await managers.FindAsync(client => client.Networks.InspectNetworkAsync(name, cancellationToken)) is not null)
        {
            return;
        }

        var network = new NetworksCreateParameters
        {
            Name = name,
            Driver = "overlay",
            Attachable = true,
            Options = options.EncryptNetwork ? new Dictionary<string, string> { ["encrypted"] = "true" } : new Dictionary<string, string>(),
        };
        try
        {
            await managers.DoAsync(client => client.Networks.CreateNetworkAsync(network, cancellationToken));
        }
        catch (EngineException error) when (DockerFailures.IsConflict(error))
        {
        }
    }
}
