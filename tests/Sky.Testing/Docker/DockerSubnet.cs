using System.Globalization;
using System.Net.NetworkInformation;

namespace Sky.Testing.Docker;

/// <summary>Private addresses that no interface of this machine has: one network for the bridge, a pool for networks made later.</summary>
internal sealed record DockerSubnet(string Address, string Pool)
{
    private const int Attempts = 100;

    public static DockerSubnet Choose()
    {
        var taken = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address.ToString())
            .ToList();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"10.{Random.Shared.Next(100, 220)}.");
            if (!taken.Any(address => address.StartsWith(prefix, StringComparison.Ordinal)))
            {
                return new DockerSubnet($"{prefix}0.1/24", $"{prefix}128.0/17");
            }
        }

        throw new InvalidOperationException("no private network is free");
    }
}
