using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;

namespace Sky.Bench.Forwarding;

/// <summary>Everything a gateway can be asked to do for a request, none of it so tight that it refuses one.</summary>
internal static class FullGateway
{
    /// <summary>The key of the load.</summary>
    public static string Secret { get; } = KeySecret.Prefix + new string('b', 43);

    public static EndpointsDocument Document(ServiceEndpoints service) => new([Full(service)], [Key()]);

    private static ServiceEndpoints Full(ServiceEndpoints service) => service with
    {
        LoadBalancingPolicy = "auto",
        Models = new ModelsSpec { Names = [new ModelNameSpec("sim")] },
        Prices = new PriceSpec { Input = 0.5m, CachedInput = 0.1m, Output = 1.5m },
        Usage = UsageAsk.Final,
        Limits = new ServiceLimitsSpec { RequestsPerMinute = 1_000_000_000, TokensPerMinute = 1_000_000_000_000, Concurrency = 20_000 },
    };

    private static KeyRecord Key() => new()
    {
        Id = new KeyId("key-benchbench"),
        Name = "bench",
        Hash = KeySecret.HashText(Secret),
        CreatedAt = DateTimeOffset.UnixEpoch,
        Models = ["sim"],
        Limits = new KeyLimits { RequestsPerMinute = 1_000_000_000, TokensPerMinute = 1_000_000_000_000, Concurrency = 20_000, Budget = 1_000_000m },
    };
}
