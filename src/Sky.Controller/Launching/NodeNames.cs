using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sky.Core.Clouds;
using Sky.Core.Clusters;
using Sky.Core.Services;

namespace Sky.Controller.Launching;

/// <summary>The ids of bought nodes: from what they are bought for, so that the same wish twice is one node, also when a controller dies between.</summary>
internal static class NodeNames
{
    private const int Digits = 14;

    /// <summary>Good as a host name and as the name of a cloud's resource.</summary>
    /// <param name="owner">Of the store.</param>
    /// <param name="replica">That it is for; numbers are given again once a service is gone, so that its time of birth counts too.</param>
    /// <param name="attempt">1 for the first.</param>
    public static NodeId Of(OwnerId owner, ReplicaRecord replica, int attempt) =>
        Of(string.Create(CultureInfo.InvariantCulture, $"{owner}|{replica.Key}|{replica.CreatedAt.UtcTicks}|{attempt}"));

    /// <summary>Of a manager.</summary>
    /// <param name="owner">Of the store.</param>
    /// <param name="cluster">That it is for, as it was made this time.</param>
    /// <param name="attempt">1 for the first.</param>
    public static NodeId OfManager(OwnerId owner, ClusterRecord cluster, int attempt) =>
        Of(string.Create(CultureInfo.InvariantCulture, $"{owner}|manager of {cluster.Name}|{cluster.CreatedAt.UtcTicks}|{attempt}"));

    private static NodeId Of(string wish) => new("sky-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wish)))[..Digits]);
}
