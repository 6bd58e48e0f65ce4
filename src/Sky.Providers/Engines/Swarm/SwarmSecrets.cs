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
    /// <param name="health">Its request is one more; null for none.</param>
    /// <param name="user">Who reads them, by number; null: known by a name only, so everybody in the container does.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>What the service's container is to name.</returns>
    public async Task<IList<SecretReference>> CreateAsync(RunRequest request, SwarmHealth? health, (int User, int Group)? user, CancellationToken cancellationToken)
    {
        var references = new List<SecretReference>();
        var files = ContainerEnvironment.Secrets(request).Select(secret => (File: secret.Key, Data: Encoding.UTF8.GetBytes(secret.Value.Reveal())));
        foreach (var (file, data) in health is null ? files : files.Append((SwarmHealth.File, health.Request)))
        {
            var name = Name(request.Replica, file);
            var spec = new SwarmSecretSpec
            {
                Name = name,
                Labels = names.Containers.Labels(request.Replica),
                Data = data,
            };
            references.Add(new SecretReference
            {
                SecretID = await IdAsync(spec, cancellationToken),
                SecretName = name,
                File = new SecretReferenceFileTarget
                {
                    Name = file,
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
        foreach (var (_, id) in (await OursAsync(cancellationToken)).Where(secret => secret.Replica == replica))
        {
            await RemoveAsync(id, cancellationToken);
        }
    }

    /// <summary>Those of this owner, by their replicas.</summary>
    public async Task<IReadOnlyList<(ReplicaKey Replica, string Id)>> OursAsync(CancellationToken cancellationToken) =>
    [
        .. (await ListAsync(cancellationToken))
            .Select(secret => (Replica: names.Containers.KeyOf(secret.Spec.Labels ?? new Dictionary<string, string>()), secret.ID))
            .Where(secret => secret.Replica is not null)
            .Select(secret => (secret.Replica!.Value, secret.ID)),
    ];

    public async Task RemoveAsync(string id, CancellationToken cancellationToken) => await managers.FindAsync(async client =>
    {
        await client.Secrets.DeleteAsync(id, cancellationToken);
        return "";
    });

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
    private string Name(ReplicaKey replica, string file) =>
        "sky-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{names.Service(replica)}/{file}")))[..48];
}
