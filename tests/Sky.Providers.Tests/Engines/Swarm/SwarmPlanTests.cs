using Docker.DotNet.Models;
using Sky.Core.Services;
using Sky.Providers.Engines.Swarm;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>The service that managers are asked for; no daemon.</summary>
public sealed class SwarmPlanTests
{
    private static readonly ReplicaKey _key = new(new ServiceName("llm"), new ReplicaId(7));

    [Fact]
    public void A_replica_is_one_service_of_its_own_name_pinned_to_its_node_and_restarted_three_times_in_ten_minutes()
    {
        var spec = Build(new HostConfig());

        Assert.Matches("^sky-llm-[0-9a-f]{16}-7$", spec.Name);
        Assert.Equal(1, (int)spec.Mode!.Replicated!.Replicas!);
        Assert.Equal(["node.id==abc"], spec.TaskTemplate!.Placement!.Constraints);
        var restarts = spec.TaskTemplate.RestartPolicy!;
        Assert.Equal((3, TimeSpan.FromMinutes(10)), ((int)restarts.MaxAttempts!, restarts.Window));
    }

    [Fact]
    public void It_is_found_by_its_services_name_in_the_clusters_network_and_publishes_nothing()
    {
        var spec = Build(new HostConfig { PortBindings = new Dictionary<string, IList<PortBinding>> { ["80/tcp"] = [new PortBinding { HostPort = "80" }] } });

        var network = Assert.Single(spec.TaskTemplate!.Networks!);
        Assert.Equal(("sky-east", "llm"), (network.Target, Assert.Single(network.Aliases!)));
        Assert.Equal("dnsrr", spec.EndpointSpec!.Mode);
        Assert.Empty(spec.EndpointSpec.Ports ?? []);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 0)]
    public void Gpus_are_a_generic_resource_however_many_are_asked_for_by_id_or_number(int ids, int count)
    {
        var device = new DeviceRequest { Count = count, DeviceIDs = [.. Enumerable.Range(0, ids).Select(id => $"{id}")] };
        var asked = Assert.Single(Build(new HostConfig { DeviceRequests = [device] }).TaskTemplate!.Resources!.Reservations!.GenericResources!).DiscreteResourceSpec!;

        Assert.Equal(("gpu", ids + count), (asked.Kind, (int)(asked.Value ?? 0)));
        Assert.Empty(Build(new HostConfig()).TaskTemplate!.Resources!.Reservations!.GenericResources ?? []);
    }

    private static ServiceSpec Build(HostConfig host) => new SwarmPlan(new SwarmNames(new OwnerId("o"), "swarm/east"), "sky-east")
        .Build(_key, new CreateContainerParameters { HostConfig = host, Labels = new Dictionary<string, string>() }, "abc", "image", 8000);
}
