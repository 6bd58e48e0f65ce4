using Amazon.EC2.Model;

namespace Sky.Providers.Clouds.Aws.Network;

/// <summary>What is known of the network in one region.</summary>
internal sealed class AwsNetworkState
{
    /// <summary>One at a time makes it.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    public string? Vpc { get; set; }

    /// <summary>Null until all but subnets is there and as it should be.</summary>
    public string? SecurityGroup { get; set; }

    /// <summary>Ours, by zone.</summary>
    public Dictionary<string, Subnet> Subnets { get; } = new(StringComparer.Ordinal);
}
