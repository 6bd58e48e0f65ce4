using Azure.Core;
using Sky.Core;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds;
using Sky.Providers.Clouds.Azure;
using Sky.Testing.Clouds.Azure;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Azure;

/// <summary>An ARM endpoint of our own, and clouds that use it through Azure's packages.</summary>
public sealed class AzureBed : IAsyncDisposable
{
    public const string Owner = "0123456789abcdef0123456789abcdef";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("sky-azure-");

    private AzureBed(ArmEndpoint endpoint) => Endpoint = endpoint;

    public ArmEndpoint Endpoint { get; }

    /// <summary>The tokens that were asked for, with their claims.</summary>
    public List<string?> Asked { get; } = [];

    public static async Task<AzureBed> StartAsync() => new(await ArmEndpoint.StartAsync());

    /// <summary>One that has just started: it remembers nothing.</summary>
    public AzureCloud Cloud(string owner = Owner, Func<AzureSettings, AzureSettings>? change = null)
    {
        var settings = new AzureSettings
        {
            Subscription = ArmEndpoint.Subscription,
            Management = Endpoint.Address,
            AllowFrom = AllowedSources.Parse("198.51.100.7"),
            ListingKept = TimeSpan.Zero,
        };
        return new AzureCloud(change?.Invoke(settings) ?? settings, new OwnerId(owner), new CatalogFolder(new SkyHome(_home.FullName)), TimeProvider.System, new Identity(this));
    }

    /// <summary>Removes what regions share.</summary>
    public AzureRemoval Removal(string owner = Owner) =>
        new(new AzureSettings { Subscription = ArmEndpoint.Subscription, Management = Endpoint.Address }, new OwnerId(owner), new Identity(this));

    public static NodeRequest Request(string node = "n1", int attempt = 1, bool spot = true, string? zone = "2", string region = "westeurope") => new(new NodeId(node), attempt, new Offering
    {
        Cloud = "azure", Region = region, Zone = zone, InstanceType = "Standard_D4s_v5", Cpus = 4, Memory = 16, UseSpot = spot, HourlyCost = 0.1, Engine = "swarm",
    })
    {
        UserData = "#!/bin/sh\necho hello\n",
    };

    /// <summary>Deletes, as often as it takes, until nothing is listed.</summary>
    public static async Task RemoveAsync(ICloud cloud, string node)
    {
        for (var times = 0; times < 10; times++)
        {
            await cloud.DeleteAsync(new NodeId(node), TestContext.Current.CancellationToken);
            if ((await cloud.ListAsync(TestContext.Current.CancellationToken)).All(one => one.Id.Value != node))
            {
                return;
            }
        }

        Assert.Fail($"{node} is still there");
    }

    public async ValueTask DisposeAsync()
    {
        await Endpoint.DisposeAsync();
        _home.Delete(recursive: true);
    }

    private sealed class Identity(AzureBed bed) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            lock (bed.Asked)
            {
                bed.Asked.Add(requestContext.Claims);
            }

            return new AccessToken(bed.Endpoint.Token(requestContext.Claims), DateTimeOffset.UtcNow.AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
