using System.Text.Json;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Gateway;

/// <summary>What a gateway keeps on disk of services that hold a secret.</summary>
public sealed class EndpointSealTests
{
    private const string Canary = "c4nary-value";

    private static ServiceEndpoints Plain { get; } = new()
    {
        Service = new ServiceName("plain"),
        Replicas = [],
        LoadBalancingPolicy = "least_load",
        StreamTimeoutSeconds = 60,
        CanWait = false,
        Hold = new HoldSpec(),
        ReadinessProbe = new ReadinessProbeSpec { Path = "/" },
    };

    public static TheoryData<string> Places => ["upstream auth", "header", "body", "query"];

    [Theory]
    [MemberData(nameof(Places))]
    public void AServiceThatHoldsASecretIsSealedAndReadAgain(string place)
    {
        var seal = new EndpointSeal(TestSealer.Instance);
        var secretive = Secretive(place);
        var document = seal.Close([Plain, secretive], [], [], "home");

        var json = JsonSerializer.Serialize(document, GatewayJson.Default.EndpointsDocument);

        Assert.DoesNotContain(Canary, json, StringComparison.Ordinal);
        Assert.Equal(["plain"], document.Services.Select(service => service.Service.Value));
        var read = seal.Open(JsonSerializer.Deserialize(json, GatewayJson.Default.EndpointsDocument), _ => Assert.Fail("opened"));
        Assert.Equal(["plain", "secretive"], read.Select(service => service.Service.Value));
        Assert.Contains(Canary, JsonSerializer.Serialize(read[1], GatewayJson.Default.ServiceEndpoints), StringComparison.Ordinal);
        Assert.True(EndpointSeal.IsLeftOpen(new EndpointsDocument([Plain, secretive], [])));
        Assert.False(EndpointSeal.IsLeftOpen(document));
    }

    [Fact]
    public void WithoutKeysItIsLeftOutAndTheOthersAreServed()
    {
        var seal = new EndpointSeal(sealer: null);
        var document = seal.Close([Plain, Secretive("header")], [], [], "home");
        Assert.Equal(["plain"], seal.Open(document, _ => { }).Select(service => service.Service.Value));
        Assert.Null(document.Sealed);
    }

    [Fact]
    public void WithALostKeyItIsLeftOutTheLossIsToldAndTheOthersAreServed()
    {
        var document = new EndpointSeal(new TestSealer(1)).Close([Plain, Secretive("header")], [], [], "home");
        var told = new List<string>();
        Assert.Equal(["plain"], new EndpointSeal(new TestSealer(2, lost: 1)).Open(document, error => told.Add(error.Message)).Select(service => service.Service.Value));
        Assert.Equal(["The key 1 is missing."], told);
    }

    private static ServiceEndpoints Secretive(string place)
    {
        var service = Plain with { Service = new ServiceName("secretive") };
        return place switch
        {
            "upstream auth" => service with { UpstreamAuth = new UpstreamAuthSpec("Authorization", new SecretValue(Canary)) },
            "header" => service with { ReadinessProbe = service.ReadinessProbe with { Headers = new Dictionary<string, string> { ["X-Key"] = Canary } } },
            "body" => service with { ReadinessProbe = service.ReadinessProbe with { PostData = JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["key"] = Canary }) } },
            _ => service with { ReadinessProbe = service.ReadinessProbe with { Path = "/?key=" + Canary } },
        };
    }
}
