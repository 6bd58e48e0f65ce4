using System.Security.Cryptography;
using System.Text;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>The secrets of a replica as secrets of the cluster, one each: encrypted in its log, on its node in memory only.</summary>
internal sealed class SwarmSecrets(SwarmManagers managers, SwarmNames names)
{
    private const uint OwnerReads = 0b100_000_000;
    private const uint AllRead = 0b100_100_100;

    /// <summary>Makes those that are not there; a name that is taken is the answer to a creation whose answer was lost.</summary>
    /// <param name="request">The controller's.</param>
    /// <param name="user">Who reads them, by number; null: known by a name only, so everybody in the container does.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>What the service's container is to name.</returns>
    public async Task<IList<SecretReference>> CreateAsync(RunRequest request, (int User, int Group)? user, CancellationToken cancellationToken)
    {
        var references = new List<SecretReference>();
        foreach (var (variable, secret) in ContainerEnvironment.Secrets(request))
        {
            var name = Name(request.Replica, variable);
            var spec = new SwarmSecretSpec
            {
                Name = name,
                Labels = names.Containers.Labels(request.Replica),
                Data = Encoding.UTF8.GetBytes(secret.Reveal()),
            };
            references.Add(new SecretReference
            {
                SecretID = await IdAsync(spec, cancellationToken),
                SecretName = name,
                File = new SecretReferenceFileTarget
                {
                    Name = variable,
                    UID = $"{user?.User ?? 0}",
                    GID = $"{user?.Group ?? 0}",
                    Mode = user is null ? AllRead : OwnerReads,
                },
            });
        }

        return references;
    }

    public async Task RemoveAsync(ReplicaKey replica, CancellationToken cancellationToken)
    {
        foreach (var secret in (await ListAsync(cancellationToken)).Where(secret => names.Containers.KeyOf(secret.Spec.Labels) == replica))
        {
            await managers.FindAsync(async client =>
            {
                await client.Secrets.DeleteAsync(secret.ID, cancellationToken);
                return "";
            });
        }
    }

    private async Task<string> IdAsync(SwarmSecretSpec spec, CancellationToken cancellationToken)
    {
        if ((await ListAsync(cancellationToken)).FirstOrDefault(secret => secret.Spec.Name == spec.Name) is { } known)
        {
            return known.ID;
        }

        return (await managers.DoAsync(client => client.Secrets.CreateAsync(spec, cancellationToken))).ID;
    }

    private async Task<IList<Secret>> ListAsync(CancellationToken cancellationToken) =>
        await managers.DoAsync(client => client.Secrets.ListAsync(cancellationToken)) ?? [];

    /// <summary>As long as Swarm allows, whatever service and variable are called.</summary>
    private string Name(ReplicaKey replica, string variable) =>
        "sky-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{names.Service(replica)}/{variable}")))[..48];
}
