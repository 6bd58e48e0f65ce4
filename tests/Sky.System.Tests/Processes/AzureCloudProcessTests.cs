using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sky.Testing.Clouds.Azure;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Processes;

/// <summary>The real program, with the identity that Azure's own library finds, against an ARM endpoint of our own.</summary>
[Trait("Category", "Heavy")]
public sealed class AzureCloudProcessTests
{
    // Seconds: the whole program beside whatever else this machine does.
    private const double Patience = 120;
    private const string Machines = "Microsoft.Compute/virtualMachines";

    [Fact]
    public async Task A_node_is_bought_at_Azure_and_shown_and_given_back_also_when_the_controller_dies_in_between()
    {
        await using var arm = await ArmEndpoint.StartAsync();
        await using var sky = new SkyMachine();
        SetUp(sky, arm);
        var yaml = TestService.Yaml(replicas: 1) + "\nresources:\n  infra: azure\n  use_spot: true\n  instance_type: Standard_D4s_v5\n";

        // The first place has nothing left, after it took the machine on.
        arm.FailNextMachine(new ArmError(409, "AllocationFailed", "We do not have sufficient capacity for the requested VM size in this region."), spot: true);
        await sky.OkAsync("serve", "up", sky.WriteFile("svc/sky-serve.yaml", yaml), "-y", "--async");
        await SkyMachine.UntilAsync(() => Task.FromResult(Running(arm).Any(IsSpot)), "a machine runs", Patience);
        var machine = Running(arm).Single(IsSpot);
        var tags = machine["tags"]!;
        Assert.Equal(((string?)machine["name"], "2"), ((string?)tags["sky-node"], (string?)tags["sky-attempt"]));
        Assert.Equal(("Standard_D4s_v5", "Spot"), ((string?)machine["properties"]!["hardwareProfile"]!["vmSize"], (string?)machine["properties"]!["priority"]));

        // It joins the cluster of its region, whose manager was bought before it, and runs the script with its token first.
        await SkyMachine.UntilAsync(() => Task.FromResult(Running(arm).Exists(one => !IsSpot(one) && (string?)one["location"] == (string?)machine["location"])), "its manager runs", Patience);
        var manager = Running(arm).Single(one => !IsSpot(one) && (string?)one["location"] == (string?)machine["location"]);
        Assert.NotEqual("Spot", (string?)manager["properties"]!["priority"]);
        foreach (var one in new[] { machine, manager })
        {
            var script = Encoding.UTF8.GetString(Convert.FromBase64String((string)one["properties"]!["osProfile"]!["customData"]!));
            Assert.Contains($"SKY_NODE_NAME=azure-{(string?)one["location"]}/{(string?)one["name"]}\n", script, StringComparison.Ordinal);
            Assert.Contains("token='sky-node.", script, StringComparison.Ordinal);
        }

        // The gateway starts another, which is at Azure who the first was.
        SkyMachine.Kill9(sky.ControllerPid!.Value);
        var node = (string)machine["name"]!;
        await SkyMachine.UntilAsync(async () => (await sky.OkAsync("serve", "status", "svc", "-v")).Output.Contains(node, StringComparison.Ordinal), "the node is told", Patience);
        var explained = (await sky.OkAsync("serve", "explain", "svc")).Output;
        Assert.Contains("AllocationFailed", explained + (await sky.OkAsync("serve", "history", "svc")).Output, StringComparison.Ordinal);
        var rows = JsonDocument.Parse((await sky.OkAsync("cost", "svc", "-o", "json")).Output).RootElement.GetProperty("rows").EnumerateArray().ToList();
        var paid = Assert.Single(rows);
        Assert.Contains("azure-", (await sky.OkAsync("cluster", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(("azure", (string?)machine["location"], "Standard_D4s_v5"), (paid.GetProperty("cloud").GetString(), paid.GetProperty("region").GetString(), paid.GetProperty("instanceType").GetString()));
        Assert.True(paid.GetProperty("hourly").GetDouble() > 0);

        await sky.OkAsync("serve", "down", "svc", "-y");
        await SkyMachine.UntilAsync(() => Task.FromResult(!Running(arm).Any(IsSpot)), "the node is given back", Patience);
        await sky.OkAsync("controller", "stop", "--down", "-y");
        await SkyMachine.UntilAsync(() => Task.FromResult(arm.Bought().Count == 0), "nothing is left that is paid for", Patience);

        // What the nodes of a region share stays, and costs nothing: of the region that had nothing left, and of the other.
        Assert.Equal(2, arm.Of("Microsoft.Network/virtualNetworks").Count);
        Assert.Contains("Removed resource group sky-", (await sky.OkAsync("cloud", "clean", "azure", "-y")).Output, StringComparison.Ordinal);
        Assert.Empty(arm.Of("Microsoft.Network/virtualNetworks"));
        Assert.Contains("There is nothing left at Azure.", (await sky.OkAsync("cloud", "clean", "azure", "-y")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("token-", string.Concat(Directory.EnumerateFiles(sky.Home, "*.log").Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Azure_that_is_not_set_up_says_in_one_line_how_it_is()
    {
        await using var sky = new SkyMachine();
        sky.Environment["AZURE_SUBSCRIPTION_ID"] = "";
        var file = sky.WriteFile("svc/sky-serve.yaml", TestService.Yaml());
        var up = await sky.RunAsync("serve", "up", file, "--cloud", "azure", "-y");
        await sky.RunAsync("controller", "stop");
        Assert.Equal(2, up.ExitCode);
        Assert.Contains("azure is not set up: give the controller AZURE_SUBSCRIPTION_ID and an identity", up.Error, StringComparison.Ordinal);

        sky.Environment["SKY_AZURE_DISK_GB"] = "small";
        var wrong = await sky.RunAsync("serve", "up", file, "-y");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("SKY_AZURE_DISK_GB (--azure-disk-gb) must be a whole number of GiB", wrong.Error, StringComparison.Ordinal);
    }

    private static void SetUp(SkyMachine sky, ArmEndpoint arm)
    {
        sky.Environment["AZURE_SUBSCRIPTION_ID"] = ArmEndpoint.Subscription;
        sky.Environment["SKY_AZURE_MANAGEMENT_URL"] = arm.Address.GetLeftPart(UriPartial.Authority);
        sky.Environment["SKY_CLOUD_ALLOW_FROM"] = "203.0.113.9";
        sky.Environment["SKY_CONTROLLER_NODE_LISTEN"] = $"https://127.0.0.1:{FreePorts.Take(1)[0]}";
        sky.Environment["SKY_NODE_PROGRAM"] = sky.WriteFile("program", "a sky of one file");

        // A managed identity, as the machine of a controller may have one.
        sky.Environment["IDENTITY_ENDPOINT"] = new Uri(arm.Address, "msi/token").AbsoluteUri;
        sky.Environment["IDENTITY_HEADER"] = ArmEndpoint.IdentityHeader;
    }

    private static bool IsSpot(JsonObject machine) => (string?)machine["properties"]!["priority"] == "Spot";

    private static List<JsonObject> Running(ArmEndpoint arm) =>
        [.. arm.Of(Machines).Where(machine => machine.ToJsonString().Contains("PowerState/running", StringComparison.Ordinal))];
}
