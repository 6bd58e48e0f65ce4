using System.Security.Cryptography;
using System.Text;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Engines.Swarm;

/// <summary>What the Swarm services of one owner's replicas are called and labelled. One replica is one service of one name.</summary>
/// <param name="Owner">Whose.</param>
/// <param name="Engine">The name of the engine.</param>
internal sealed record SwarmNames(OwnerId Owner, string Engine)
{
    /// <summary>Set on a service whose replica is to end, or never to start.</summary>
    public const string StopLabel = "skyswarm.stop";

    /// <summary>The id of the Swarm node that the replica is pinned to.</summary>
    public const string NodeLabel = "skyswarm.node";

    // Swarm takes 63 signs.
    private const int LongestService = 30;
    private const int HashDigits = 16;

    public ReplicaNames Containers { get; } = new(Owner, Engine);

    /// <summary>The service's name holds a hash of owner and service, so that no cut name meets another.</summary>
    public string Service(ReplicaKey replica)
    {
        var whole = SHA256.HashData(Encoding.UTF8.GetBytes($"{Owner}/{replica.Service}"));
        var readable = new string([.. replica.Service.Value.Take(LongestService).Select(sign => char.IsAsciiLetterOrDigit(sign) ? sign : '-')]).Trim('-');
        return $"sky-{readable}-{Convert.ToHexStringLower(whole)[..HashDigits]}-{replica.Id}";
    }
}
