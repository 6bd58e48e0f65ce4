using System.Net;
using System.Text.Json.Nodes;
using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Providers.Aws;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds.Aws;
using Sky.Providers.Clouds.Aws.Catalog;
using Sky.Providers.Tests.Catalogs;
using Sky.Providers.Tests.Images;
using Sky.Testing.Clouds.Aws;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Aws;

/// <summary>The policies in <c>deploy/aws</c> allow what the code calls, and nothing else.</summary>
public sealed class AwsPolicyTests(AwsFixture fixture) : AwsCloudTestBase(fixture), IClassFixture<AwsFixture>
{
    // What EC2 asks IAM for on its own while it carries out other calls.
    private static readonly string[] _implied = ["ec2:CreateTags", "iam:PassRole", "iam:CreateServiceLinkedRole"];

    [Fact]
    public async Task The_controllers_policy_is_what_its_calls_need()
    {
        Settings = Settings with { Regions = [] };
        var cloud = Start();
        await cloud.ListOfferingsAsync(Cancel);
        var request = Request(spot: true);
        await LaunchAsync(cloud, request with { Offering = request.Offering with { Zone = null } });
        await cloud.ListAsync(Cancel);
        Settings = Settings with { Sources = Sky.Providers.Clouds.AllowedSources.Parse("192.0.2.1") };
        await LaunchAsync(Start(), Request("sky-2"));
        await cloud.DeleteAsync(request.Node, Cancel);
        await cloud.DeleteAsync(new NodeId("sky-2"), Cancel);
        await Removal().RunAsync(Cancel);

        var called = Proxy.Calls.Select(call => $"{call.Service}:{call.Action}").ToHashSet();
        var allowed = DeployedPolicy.OfAws("controller.json");
        Assert.Empty(called.Except(allowed));
        Assert.Equal(_implied.Order(), allowed.Except(called).Order());
    }

    [Fact]
    public async Task What_is_made_bears_the_owner_that_the_policy_asks_for()
    {
        await LaunchAsync(Start(), Request(spot: true));
        var making = Proxy.Calls.Where(call => call.Action.StartsWith("Create", StringComparison.Ordinal) ? call.Action != "CreateRoute" : call.Action == "RunInstances").ToList();
        Assert.All(making, call => Assert.Equal("us", call.Tag("sky-owner")));

        var statements = DeployedPolicy.Read("aws", "controller.json")["Statement"]!.AsArray();
        JsonNode Statement(string id) => statements.First(one => (string?)one!["Sid"] == id)!;
        Assert.Equal(making.Select(call => "ec2:" + call.Action).Distinct().Order(), DeployedPolicy.Words(Statement("MakeOnlyWhatBearsAnOwner")["Action"]!).Order());
        Assert.Equal(making.Select(call => call.Action).Distinct().Order(), DeployedPolicy.Words(Statement("TagWhatIsBeingMade")["Condition"]!["StringEquals"]!["ec2:CreateAction"]!).Order());
        Assert.All(statements.Where(one => DeployedPolicy.Words(one!["Action"]!).Any(IsChange)), one => Assert.True(one!["Condition"] is not null || (string?)one["Sid"] is "StartFromAnyImage" or "RouteOut"));
    }

    [Fact]
    public async Task The_catalogs_policy_is_what_a_refresh_needs()
    {
        var asked = new List<string>();
        using var http = new HttpClient(new StubHandler((request, _) =>
        {
            asked.Add("pricing:" + request.Headers.GetValues("X-Amz-Target").Single().Split('.')[1]);
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"PriceList": []}""") };
        }));
        var prices = new AwsJsonClient(http, _ => null, Time, AwsPriceList.Service, AwsPriceList.Region, AwsBed.Nobody);
        var steps = AwsCatalog.Steps(Client, prices, _ => null, Time, ["ca-west-1"]);
        await CatalogRefresh.RunAsync(EmbeddedCatalog.Read("aws"), steps, new ProgressLog().Begin, Cancel);
        await new AwsCalls(Client).RegionsAsync("ca-west-1", Cancel);

        Assert.Equal(Proxy.Calls.Select(call => $"{call.Service}:{call.Action}").Concat(asked).Distinct().Order(), DeployedPolicy.OfAws("catalog.json").Order());
    }

    [Fact]
    public void Nodes_may_do_nothing_and_call_nothing()
    {
        Assert.Empty(DeployedPolicy.OfAws("node.json"));
        Assert.DoesNotContain("AWSSDK", File.ReadAllText(Path.Combine(DeployedPolicy.Root, "src", "Sky.Node", "Sky.Node.csproj")), StringComparison.Ordinal);
    }

    private AwsRemoval Removal() => new(Settings, Us, Client, Region, Time);

    private AwsPlainClient Client(string region) => new(AwsBed.Nobody, Bed.ConfigOf(region));

    private static bool IsChange(string action) => !action.Contains(":Describe", StringComparison.Ordinal);
}
