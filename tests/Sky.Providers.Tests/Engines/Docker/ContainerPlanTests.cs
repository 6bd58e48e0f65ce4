using System.Globalization;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Secrets.Entry;
using Xunit;
using TaskSpec = Sky.Core.Specs.TaskSpec;

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>What Docker is asked for, from a request; no daemon.</summary>
public sealed class ContainerPlanTests
{
    private const long MachineMemory = 64L << 30;
    private static readonly ReplicaKey _key = new(new ServiceName("a_b"), new ReplicaId(7));

    [Fact]
    public void Baseline_takes_three_capabilities_away_and_gives_nothing_of_the_machine()
    {
        var host = Host(SecuritySpec.Default);

        Assert.Equal(["NET_RAW", "MKNOD", "AUDIT_WRITE"], host.CapDrop);
        Assert.Empty(host.CapAdd ?? []);
        Assert.Equal(["no-new-privileges:true"], host.SecurityOpt);
        Assert.Equal(4096, host.PidsLimit);
        Assert.False(host.ReadonlyRootfs);
        Assert.Empty(host.Tmpfs ?? new Dictionary<string, string>());
        AssertNothingOfTheMachine(host);
    }

    [Fact]
    public void Restricted_takes_all_and_its_root_is_read_only()
    {
        var host = Host(new SecuritySpec { Profile = SecurityProfile.Restricted });

        Assert.Equal(["ALL"], host.CapDrop);
        Assert.True(host.ReadonlyRootfs);
        Assert.Equal(["/tmp"], host.Tmpfs!.Keys);
        Assert.Equal("65532:65532", Plan(security: new SecuritySpec { Profile = SecurityProfile.Restricted }).User);
        AssertNothingOfTheMachine(host);
    }

    [Theory]
    [InlineData("", SecurityProfile.Baseline, null, "")]
    [InlineData("app", SecurityProfile.Baseline, null, "app")]
    [InlineData("app", SecurityProfile.Restricted, null, "app")]
    [InlineData("root", SecurityProfile.Restricted, null, "65532:65532")]
    [InlineData("0:0", SecurityProfile.Restricted, null, "65532:65532")]
    [InlineData("app", SecurityProfile.Restricted, "1000:100", "1000:100")]
    [InlineData("", SecurityProfile.Restricted, "0", "0")]
    public void Who_runs_in_it(string ofImage, SecurityProfile profile, string? asked, string user) =>
        Assert.Equal(user, ContainerSecurity.User(new SecuritySpec { Profile = profile, RunAsUser = asked }, ofImage));

    [Fact]
    public void What_is_loosened_is_given()
    {
        var host = Host(new SecuritySpec { AddCapabilities = ["MKNOD", "SYS_PTRACE"], AllowPrivilegeEscalation = true, PidsLimit = 9, ShmSize = 2 });

        Assert.Equal(["NET_RAW", "AUDIT_WRITE"], host.CapDrop);
        Assert.Equal(["MKNOD", "SYS_PTRACE"], host.CapAdd);
        Assert.Empty(host.SecurityOpt!);
        Assert.Equal((9, 2L << 30), (host.PidsLimit, host.ShmSize));
    }

    [Fact]
    public void Limits_are_those_of_the_candidate_and_shared_memory_is_half()
    {
        var limited = Plan(new ResourceCandidate { Cpus = new ResourceAmount(1.5, false), Memory = new ResourceAmount(8, false) }).HostConfig!;
        var open = Plan(new ResourceCandidate { Cpus = new ResourceAmount(4, true), Memory = new ResourceAmount(16, true) }).HostConfig!;

        Assert.Equal((1_500_000_000, 8L << 30, 8L << 30, 4L << 30), (limited.NanoCPUs, limited.Memory, limited.MemorySwap, limited.ShmSize));
        Assert.Equal((0, 0, MachineMemory / 2), (open.NanoCPUs, open.Memory, open.ShmSize));
    }

    [Fact]
    public void The_port_is_published_on_loopback_alone_and_output_is_bounded()
    {
        var host = Plan().HostConfig!;

        var binding = Assert.Single(host.PortBindings!);
        Assert.Equal("8080/tcp", binding.Key);
        Assert.Equal(("127.0.0.1", "20001"), (binding.Value[0].HostIP, binding.Value[0].HostPort));
        Assert.Equal(("json-file", "10m", "4"), (host.LogConfig!.Type, host.LogConfig.Config!["max-size"], host.LogConfig.Config["max-file"]));
        Assert.True(host.Init);
        Assert.Equal("a-b-7", Plan().Hostname);
    }

    [Fact]
    public void Gpus_are_asked_for_by_id_where_they_are_known_and_by_number_where_not()
    {
        var asked = new ResourceCandidate { Accelerator = "A100", AcceleratorCount = 2 };
        var byId = Assert.Single(Plan(asked, gpus: ["1", "3"]).HostConfig!.DeviceRequests!);
        var byNumber = Assert.Single(Plan(asked).HostConfig!.DeviceRequests!);

        Assert.Equal(["gpu"], Assert.Single(byId.Capabilities!));
        Assert.Equal(["1", "3"], byId.DeviceIDs);
        Assert.Equal((0, 2), (byId.Count, byNumber.Count));
        Assert.Null(Plan().HostConfig!.DeviceRequests);
    }

    [Fact]
    public void No_two_replicas_get_the_same_gpu()
    {
        Assert.Equal(["1", "2"], GpuChoice.Choose(2, 4, new HashSet<string> { "0" }));
        Assert.Equal(["0"], GpuChoice.Choose(0.5, 1, new HashSet<string>()));
        var error = Assert.Throws<EngineException>(() => GpuChoice.Choose(2, 2, new HashSet<string> { "1" }));
        Assert.Equal((EngineFailure.NoCapacity, "2 GPUs are asked for, and 1 of this machine's 2 are free"), (error.Failure, error.Message));
    }

    [Fact]
    public void Scripts_and_secrets_are_not_in_the_command()
    {
        var plan = Plan(task: new TaskSpec { Run = "serve --key hush" });

        Assert.DoesNotContain("hush", string.Join(' ', [.. plan.Entrypoint!, .. plan.Cmd!]), StringComparison.Ordinal);
    }

    private static void AssertNothingOfTheMachine(HostConfig host)
    {
        Assert.False(host.Privileged);
        Assert.All(new[] { host.NetworkMode, host.PidMode, host.IpcMode, host.UTSMode, host.UsernsMode, host.CgroupnsMode }, mode => Assert.NotEqual("host", mode));
        Assert.Null(host.Binds);
        Assert.Null(host.Devices);
        Assert.All(host.Mounts!, mount => Assert.Equal("volume", mount.Type));
    }

    private static HostConfig Host(SecuritySpec security) => Plan(security: security).HostConfig!;

    private static CreateContainerParameters Plan(ResourceCandidate? resources = null, SecuritySpec? security = null, TaskSpec? task = null, IReadOnlyList<string>? gpus = null)
    {
        var request = new RunRequest
        {
            Replica = _key,
            Version = 1,
            Task = (task ?? new TaskSpec { Run = "serve" }) with { Security = security ?? SecuritySpec.Default },
            Resources = resources ?? new ResourceCandidate(),
            Port = 20001,
            ListenPort = 8080,
            Variables = new Dictionary<string, string> { ["N"] = 1.ToString(CultureInfo.InvariantCulture) },
        };
        return new ContainerPlan(new ReplicaNames(new OwnerId("o"), "docker"), MachineMemory).Build(request, "image", new DockerOCIImageConfig(), "amd64", SecretWay.Input, gpus);
    }
}
