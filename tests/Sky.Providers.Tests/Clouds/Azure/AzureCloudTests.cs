using System.Text;
using System.Text.Json.Nodes;
using Sky.Core.Clouds;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Providers.Clouds.Azure;
using Sky.Testing.Clouds.Azure;
using Xunit;

namespace Sky.Providers.Tests.Clouds.Azure;

/// <summary>Azure's packages against an ARM endpoint of our own: what is made, shown and removed.</summary>
public sealed class AzureCloudTests : CloudContract, IAsyncLifetime
{
    private AzureBed _bed = null!;
    private AzureCloud _cloud = null!;

    protected override ICloud Cloud => _cloud;

    private ArmEndpoint Arm => _bed.Endpoint;

    public async ValueTask InitializeAsync()
    {
        _bed = await AzureBed.StartAsync();
        _cloud = _bed.Cloud();
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task A_node_is_a_machine_with_an_address_and_an_interface_in_the_network_of_its_region()
    {
        Arm.FinishByItself(false);
        var node = await _cloud.LaunchAsync(AzureBed.Request(), Cancel);
        Assert.Equal(("n1", "n1", false, null), (node.Id.Value, node.Name, node.Running, node.Failure));
        Assert.StartsWith("203.0.113.", node.Address, StringComparison.Ordinal);
        Assert.False(Assert.Single(await _cloud.ListAsync(Cancel)).Running);

        Arm.Settle();
        var running = Assert.Single(await _cloud.ListAsync(Cancel));
        Assert.Equal(node with { Running = true }, running);
        Assert.Equal(running, await _cloud.GetAsync(node.Id, Cancel));
        Assert.Null(await _cloud.GetAsync(new NodeId("n2"), Cancel));
        Assert.Equal(["disks/n1-disk", "networkInterfaces/n1-nic", "publicIPAddresses/n1-ip", "virtualMachines/n1"], Arm.Bought());
        Assert.Equal($"sky-{AzureBed.Owner}-westeurope", (string?)Assert.Single(Arm.Of("Microsoft.Resources/subscriptions/resourceGroups"))["name"]);
    }

    [Fact]
    public async Task A_spot_machine_goes_with_all_its_parts_and_runs_what_it_is_given_and_nobody_can_sign_in()
    {
        await _cloud.LaunchAsync(AzureBed.Request(), Cancel);
        var sent = (JsonObject)Assert.Single(Arm.Calls, call => call is { Method: "PUT", Type: "Microsoft.Compute/virtualMachines" }).Body!;
        var properties = sent["properties"]!;
        Assert.Equal("#!/bin/sh\necho hello\n", Encoding.UTF8.GetString(Convert.FromBase64String((string)properties["osProfile"]!["customData"]!)));
        Assert.Equal(("westeurope", "[\"2\"]", "Standard_D4s_v5"), ((string?)sent["location"], sent["zones"]!.ToJsonString(), (string?)properties["hardwareProfile"]!["vmSize"]));
        Assert.Equal(("Spot", "Delete", -1), ((string?)properties["priority"], (string?)properties["evictionPolicy"], (double)properties["billingProfile"]!["maxPrice"]!));
        Assert.Equal(["debian-12", "Delete"], [(string?)properties["storageProfile"]!["imageReference"]!["offer"], (string?)properties["storageProfile"]!["osDisk"]!["deleteOption"]]);
        Assert.Equal("Delete", (string?)properties["networkProfile"]!["networkInterfaces"]![0]!["properties"]!["deleteOption"]);
        Assert.Equal((true, null), ((bool)properties["osProfile"]!["linuxConfiguration"]!["disablePasswordAuthentication"]!, properties["osProfile"]!["adminPassword"]));
        Assert.Null(sent["identity"]);
        Assert.Null(properties["securityProfile"]);
        foreach (var type in new[] { "Microsoft.Compute/virtualMachines", "Microsoft.Network/networkInterfaces", "Microsoft.Network/publicIPAddresses" })
        {
            Assert.Equal($$"""{"sky-owner":"{{AzureBed.Owner}}","sky-node":"n1","sky-attempt":"1"}""", Assert.Single(Arm.Of(type))["tags"]!.ToJsonString());
        }

        await _cloud.LaunchAsync(AzureBed.Request("n2") with { Replica = new ReplicaKey(new ServiceName("chat"), new ReplicaId(3)) }, Cancel);
        Assert.All(Arm.Of("Microsoft.Compute/virtualMachines").Concat(Arm.Of("Microsoft.Network/networkInterfaces")).Where(one => ((string)one["name"]!).StartsWith("n2", StringComparison.Ordinal)), part =>
            Assert.Equal($$"""{"sky-owner":"{{AzureBed.Owner}}","sky-node":"n2","sky-attempt":"1","sky-service":"chat","sky-replica":"3"}""", part["tags"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_spot_machine_costs_at_most_what_the_file_pays()
    {
        await _cloud.LaunchAsync(AzureBed.Request() with { MaxHourlyCost = 0.15 }, Cancel);
        Assert.Equal(0.15, (double)Assert.Single(Arm.Of("Microsoft.Compute/virtualMachines"))["properties"]!["billingProfile"]!["maxPrice"]!);
    }

    [Fact]
    public async Task On_demand_has_no_eviction_and_settings_give_identity_encryption_and_images()
    {
        const string Identity = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/nodes";
        var cloud = _bed.Cloud(change: settings => settings with { NodeIdentity = Identity, EncryptionAtHost = true, DiskGiB = 256, GpuImage = AzureImage.Parse("a:b:c:1.2.3") });
        var request = AzureBed.Request(spot: false, zone: null);
        await cloud.LaunchAsync(request with { Offering = request.Offering with { Accelerator = "T4", AcceleratorCount = 1 } }, Cancel);
        var machine = Assert.Single(Arm.Of("Microsoft.Compute/virtualMachines"));
        var properties = machine["properties"]!;
        Assert.Null(properties["priority"] ?? properties["evictionPolicy"] ?? properties["billingProfile"] ?? machine["zones"]?.AsArray().FirstOrDefault());
        Assert.True((bool)properties["securityProfile"]!["encryptionAtHost"]!);
        Assert.Equal("""{"publisher":"a","offer":"b","sku":"c","version":"1.2.3"}""", properties["storageProfile"]!["imageReference"]!.ToJsonString());
        Assert.Equal(256, (int)properties["storageProfile"]!["osDisk"]!["diskSizeGB"]!);
        Assert.Equal(("UserAssigned", Identity), ((string?)machine["identity"]!["type"], machine["identity"]!["userAssignedIdentities"]!.AsObject().Single().Key));
    }

    [Fact]
    public async Task Only_controllers_and_gateways_come_in_and_only_to_the_agent()
    {
        var cloud = _bed.Cloud(change: settings => settings with { AllowFrom = AllowedSourcesOf("198.51.100.7, 192.0.2.0/24") });
        await cloud.LaunchAsync(AzureBed.Request(), Cancel);
        var group = Assert.Single(Arm.Of("Microsoft.Network/networkSecurityGroups"));
        var rules = group["properties"]!["securityRules"]!.AsArray().Select(rule => rule!["properties"]!).OrderBy(rule => (int)rule["priority"]!).ToList();
        Assert.All(rules, rule => Assert.Equal("Inbound", (string?)rule["direction"]));
        Assert.Equal(
            ["Allow Tcp [\"192.0.2.0/24\",\"198.51.100.7/32\"] 46600", "Allow * 10.77.0.0/16 *", "Deny * * *"],
            rules.Select(rule => $"{rule["access"]} {rule["protocol"]} {rule["sourceAddressPrefixes"]?.ToJsonString() ?? (string?)rule["sourceAddressPrefix"]} {rule["destinationPortRange"]}"));
        Assert.Equal(NodeHost.DefaultPort, 46600);
        var subnet = Assert.Single(Assert.Single(Arm.Of("Microsoft.Network/virtualNetworks"))["properties"]!["subnets"]!.AsArray())!;
        Assert.Equal((string?)group["id"], (string?)subnet["properties"]!["networkSecurityGroup"]!["id"]);

        // Who may come in follows the settings; what is there is kept.
        var other = _bed.Cloud(change: settings => settings with { AllowFrom = AllowedSourcesOf("203.0.113.1") });
        await other.LaunchAsync(AzureBed.Request("n2"), Cancel);
        Assert.Contains("203.0.113.1/32", Assert.Single(Arm.Of("Microsoft.Network/networkSecurityGroups")).ToJsonString(), StringComparison.Ordinal);
        Assert.Single(Arm.Calls, call => call is { Method: "PUT", Type: "Microsoft.Network/virtualNetworks" });
    }

    [Fact]
    public async Task Each_region_has_its_own_network_and_all_are_listed()
    {
        foreach (var (node, region) in new[] { ("n1", "westeurope"), ("n2", "eastus"), ("n3", "eastus"), ("n4", "eastus") })
        {
            await _cloud.LaunchAsync(AzureBed.Request(node, region: region), Cancel);
        }

        Assert.Equal(2, Arm.Of("Microsoft.Network/virtualNetworks").Count);
        Assert.Equal(["n1", "n2", "n3", "n4"], (await _cloud.ListAsync(Cancel)).Select(node => node.Name).Order());
        Assert.Equal(4, (await _cloud.ListAsync(Cancel)).Select(node => node.Address).Distinct().Count());
        await AzureBed.RemoveAsync(_cloud, "n3");
        Assert.Equal(["n1", "n2", "n4"], (await _cloud.ListAsync(Cancel)).Select(node => node.Name).Order());
    }

    [Fact]
    public async Task Of_a_deleted_node_nothing_is_left_but_the_network()
    {
        await _cloud.LaunchAsync(AzureBed.Request(), Cancel);
        Arm.FinishByItself(false);
        Arm.Settle();
        await _cloud.DeleteAsync(new NodeId("n1"), Cancel);
        await _cloud.DeleteAsync(new NodeId("n1"), Cancel);
        Assert.Single(Arm.Calls, call => call.Method == "DELETE");
        Assert.False(Assert.Single(await _cloud.ListAsync(Cancel)).Running);
        Arm.Settle();
        Assert.Empty(await _cloud.ListAsync(Cancel));
        Assert.Empty(Arm.Bought());
        Assert.Single(Arm.Of("Microsoft.Network/virtualNetworks"));
    }

    [Fact]
    public async Task Parts_without_a_machine_are_listed_and_removed()
    {
        await _cloud.LaunchAsync(AzureBed.Request(), Cancel);
        await _cloud.ListAsync(Cancel);
        Arm.Remove((string)Assert.Single(Arm.Of("Microsoft.Compute/virtualMachines"))["id"]!);
        var left = Assert.Single(await _cloud.ListAsync(Cancel));
        Assert.Equal(("n1", false, true), (left.Id.Value, left.Running, left.Failure is not null));
        await AzureBed.RemoveAsync(_cloud, "n1");
        Assert.Empty(Arm.Bought());
    }

    [Theory]
    [InlineData("Delete")]
    [InlineData("Deallocate")]
    public async Task A_spot_machine_that_is_taken_away_is_not_running_whatever_the_policy(string policy)
    {
        await _cloud.LaunchAsync(AzureBed.Request(), Cancel);
        Assert.True(Assert.Single(await _cloud.ListAsync(Cancel)).Running);
        Arm.Change("Microsoft.Compute/virtualMachines", "n1", machine => machine["properties"]!["evictionPolicy"] = policy);
        Arm.Evict("n1");
        if (policy == "Delete")
        {
            Assert.Empty(await _cloud.ListAsync(Cancel));
            Assert.Empty(Arm.Bought());
        }
        else
        {
            Assert.False(Assert.Single(await _cloud.ListAsync(Cancel)).Running);
            await AzureBed.RemoveAsync(_cloud, "n1");
            Assert.Empty(Arm.Bought());
        }
    }

    [Fact]
    public async Task Two_owners_see_and_touch_only_what_is_theirs()
    {
        const string Other = "ffffffffffffffffffffffffffffffff";
        var other = _bed.Cloud(Other);
        await _cloud.LaunchAsync(AzureBed.Request("n1"), Cancel);
        await other.LaunchAsync(AzureBed.Request("n1"), Cancel);
        await other.LaunchAsync(AzureBed.Request("n2"), Cancel);
        Assert.Equal(["n1"], (await _cloud.ListAsync(Cancel)).Select(node => node.Name));
        Assert.Null(await _cloud.GetAsync(new NodeId("n2"), Cancel));
        await _cloud.DeleteAsync(new NodeId("n2"), Cancel);
        await AzureBed.RemoveAsync(_cloud, "n1");
        Assert.Equal(["n1", "n2"], (await other.ListAsync(Cancel)).Select(node => node.Name).Order());

        // As a person sees them who takes over what a lost store left.
        var lost = _cloud.Of(new OwnerId(Other));
        Assert.Equal(["n1", "n2"], (await lost.ListAsync(Cancel)).Select(node => node.Name).Order());
        await AzureBed.RemoveAsync(lost, "n2");
        Assert.Equal("n1", Assert.Single(await other.ListAsync(Cancel)).Name);

        // Also where someone else's lies among ours.
        await _cloud.LaunchAsync(AzureBed.Request("n3"), Cancel);
        Arm.Change("Microsoft.Compute/virtualMachines", "n3", machine => machine["tags"]!["sky-owner"] = Other);
        await _cloud.DeleteAsync(new NodeId("n3"), Cancel);
        Assert.Contains("virtualMachines/n3", Arm.Bought());
        Assert.Equal(CloudFailure.Invalid, (await Assert.ThrowsAsync<CloudException>(() => _cloud.LaunchAsync(AzureBed.Request("n3"), Cancel))).Failure);
        Arm.Change("Microsoft.Resources/subscriptions/resourceGroups", $"sky-{AzureBed.Owner}-westeurope", group => group["tags"] = null);
        Assert.Empty(await _cloud.ListAsync(Cancel));
        Assert.Contains("not ours", (await Assert.ThrowsAsync<CloudException>(() => _bed.Cloud().LaunchAsync(AzureBed.Request("n4"), Cancel))).Message, StringComparison.Ordinal);
    }

    private static Sky.Providers.Clouds.AllowedSources AllowedSourcesOf(string text) => Sky.Providers.Clouds.AllowedSources.Parse(text);
}
