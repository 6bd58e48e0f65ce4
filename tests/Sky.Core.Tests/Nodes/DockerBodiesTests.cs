using System.Text;
using System.Text.Json.Nodes;
using Sky.Core.Nodes.DockerAccess;

namespace Sky.Core.Tests.Nodes;

public sealed class DockerBodiesTests
{
    private static readonly DockerBodies Bodies = new(DockerPolicy.Default);

    private const string Usual = """
        {
          "Image": "app@sha256:00", "Hostname": "llm-1", "User": "", "Env": ["A=1"], "Labels": {"skyswarm.replica": "1"}, "ExposedPorts": {"8080/tcp": {}},
          "HostConfig": {
            "Init": true, "RestartPolicy": {"Name": "no"}, "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m"}}, "Memory": 1, "MemorySwap": 1, "NanoCPUs": 1,
            "Mounts": [{"Type": "volume", "Source": "sky-o-llm-1-files", "Target": "/sky", "VolumeOptions": {"NoCopy": true, "Labels": {}}}],
            "CapDrop": ["NET_RAW", "MKNOD", "AUDIT_WRITE"], "CapAdd": [], "SecurityOpt": ["no-new-privileges:true"], "PidsLimit": 4096, "ShmSize": 1, "Privileged": false,
            "ReadonlyRootfs": true, "Tmpfs": {"/tmp": "rw"}, "DeviceRequests": [{"Count": 1, "Capabilities": [["gpu"]]}]
          }
        }
        """;

    private const string Task = """
        {
          "Name": "sky-o-llm-1", "Labels": {}, "Mode": {"Replicated": {"Replicas": 1}}, "EndpointSpec": {"Mode": "dnsrr"},
          "TaskTemplate": {
            "ContainerSpec": {
              "Image": "app@sha256:00", "Env": ["A=1"], "Mounts": [{"Type": "tmpfs", "Target": "/dev/shm", "TmpfsOptions": {"SizeBytes": 1}}], "Init": true, "CapabilityDrop": ["ALL"],
              "CapabilityAdd": ["CAP_CHOWN"], "Secrets": [{"SecretID": "a", "SecretName": "b", "File": {"Name": "c", "UID": "0", "GID": "0", "Mode": 256}}], "ReadOnly": true
            },
            "Resources": {"Limits": {"NanoCPUs": 1, "MemoryBytes": 1, "Pids": 1}, "Reservations": {"GenericResources": []}}, "RestartPolicy": {"Condition": "on-failure", "MaxAttempts": 3},
            "Placement": {"Constraints": ["node.id==x"]}, "Networks": [{"Target": "sky-c1", "Aliases": ["llm"]}], "LogDriver": {"Name": "local"}, "ForceUpdate": 1
          }
        }
        """;

    [Fact]
    public void Containers_and_services_as_engines_ask_for_them_pass()
    {
        Assert.Null(Problem(DockerBody.Container, Usual));
        Assert.Null(Problem(DockerBody.Service, Task));
    }

    [Theory]
    [InlineData("Privileged", "true")]
    [InlineData("pRIVILEGED", "true")]
    [InlineData("NetworkMode", "\"host\"")]
    [InlineData("NetworkMode", "\"container:other\"")]
    [InlineData("NetworkMode", "\"0123456789abcdef\"")]
    [InlineData("PidMode", "\"host\"")]
    [InlineData("PidMode", "\"container:other\"")]
    [InlineData("IpcMode", "\"host\"")]
    [InlineData("IpcMode", "\"shareable\"")]
    [InlineData("UTSMode", "\"host\"")]
    [InlineData("UsernsMode", "\"host\"")]
    [InlineData("CgroupnsMode", "\"host\"")]
    [InlineData("CgroupParent", "\"/x\"")]
    [InlineData("Binds", "[\"/:/host\"]")]
    [InlineData("Binds", "[\"/var/run/docker.sock:/s\"]")]
    [InlineData("Binds", "[\"sky-a:/b\", \"..:/x\"]")]
    [InlineData("Binds", "[\"sky-../../etc:/x\"]")]
    [InlineData("Binds", "[\"other:/x\"]")]
    [InlineData("Binds", "\"/:/x\"")]
    [InlineData("Mounts", "[{\"Type\":\"bind\",\"Source\":\"/\",\"Target\":\"/x\"}]")]
    [InlineData("Mounts", "[{\"type\":\"bind\",\"Source\":\"/\",\"Target\":\"/x\"}]")]
    [InlineData("Mounts", "[{\"Type\":\"volume\",\"type\":\"bind\",\"Source\":\"/\",\"Target\":\"/x\"}]")]
    [InlineData("Mounts", "[{\"Type\":\"tmpfs\",\"Source\":\"/\",\"Target\":\"/x\"}]")]
    [InlineData("Mounts", "[{\"Type\":\"npipe\",\"Target\":\"/x\"}]")]
    [InlineData("Mounts", "[{\"Type\":\"volume\",\"Source\":\"other\",\"Target\":\"/x\"}]")]
    [InlineData("Mounts", "[{\"Type\":\"volume\",\"Target\":\"/x\",\"BindOptions\":{\"Propagation\":\"shared\"}}]")]
    [InlineData("Mounts", "[{\"Type\":\"volume\",\"Source\":\"sky-a\",\"Target\":\"/x\",\"VolumeOptions\":{\"DriverConfig\":{\"Options\":{\"type\":\"none\",\"device\":\"/\",\"o\":\"bind\"}}}}]")]
    [InlineData("Mounts", "[{\"Type\":\"volume\",\"Source\":\"sky-a\",\"Target\":\"/x\",\"VolumeOptions\":{\"DriverConfig\":{\"Name\":\"other\"}}}]")]
    [InlineData("Mounts", "[[]]")]
    [InlineData("VolumesFrom", "[\"other\"]")]
    [InlineData("VolumeDriver", "\"other\"")]
    [InlineData("CapAdd", "[\"ALL\"]")]
    [InlineData("CapAdd", "[\"SYS_ADMIN\"]")]
    [InlineData("CapAdd", "[\"cap_sys_ptrace\"]")]
    [InlineData("CapAdd", "\"SYS_ADMIN\"")]
    [InlineData("SecurityOpt", "[\"seccomp=unconfined\"]")]
    [InlineData("SecurityOpt", "[\"apparmor=unconfined\"]")]
    [InlineData("SecurityOpt", "[\"label=disable\"]")]
    [InlineData("SecurityOpt", "[\"systempaths=unconfined\"]")]
    [InlineData("SecurityOpt", "[\"no-new-privileges:false\"]")]
    [InlineData("MaskedPaths", "[]")]
    [InlineData("ReadonlyPaths", "[]")]
    [InlineData("Devices", "[{\"PathOnHost\":\"/dev/sda\"}]")]
    [InlineData("DeviceCgroupRules", "[\"a *:* rwm\"]")]
    [InlineData("DeviceRequests", "[{\"Driver\":\"cdi\"}]")]
    [InlineData("DeviceRequests", "[{\"Options\":{\"a\":\"b\"}}]")]
    [InlineData("Sysctls", "{\"net.ipv4.ip_forward\":\"1\"}")]
    [InlineData("OomKillDisable", "true")]
    [InlineData("OomScoreAdj", "-1000")]
    [InlineData("Runtime", "\"other\"")]
    [InlineData("PublishAllPorts", "true")]
    [InlineData("PortBindings", "{\"80/tcp\":[{\"HostPort\":\"80\"}]}")]
    [InlineData("Links", "[\"other:x\"]")]
    [InlineData("LogConfig", "{\"Type\":\"syslog\"}")]
    [InlineData("StorageOpt", "{\"size\":\"1\"}")]
    [InlineData("ContainerIDFile", "\"/x\"")]
    [InlineData("WhateverComesNext", "{\"a\":1}")]
    [InlineData("Private\\u017f", "true")]
    public void A_container_does_not_get_out(string field, string value)
    {
        var without = Field(Usual, "HostConfig", field);
        Assert.NotNull(Problem(DockerBody.Container, without.Replace("\"HostConfig\":{", $"\"HostConfig\":{{\"{field}\":{value},", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Privileges", "{\"SELinuxContext\":{\"Disable\":true}}")]
    [InlineData("Privileges", "{\"Seccomp\":{\"Mode\":\"unconfined\"}}")]
    [InlineData("Privileges", "{\"CredentialSpec\":{\"File\":\"x\"}}")]
    [InlineData("Mounts", "[{\"Type\":\"bind\",\"Source\":\"/var/run/docker.sock\",\"Target\":\"/x\"}]")]
    [InlineData("CapabilityAdd", "[\"CAP_SYS_ADMIN\"]")]
    [InlineData("Sysctls", "{\"kernel.shm_rmid_forced\":\"1\"}")]
    [InlineData("Isolation", "\"process\"")]
    public void A_service_does_not_either(string field, string value) => Assert.NotNull(Problem(
        DockerBody.Service, Field(Task, "ContainerSpec", field).Replace("\"ContainerSpec\":{", $"\"ContainerSpec\":{{\"{field}\":{value},", StringComparison.Ordinal)));

    [Theory]
    [InlineData("{\"EndpointSpec\":{\"Ports\":[{\"TargetPort\":80,\"PublishedPort\":80}]}}")]
    [InlineData("{\"Networks\":[{\"Target\":\"host\"}]}")]
    [InlineData("{\"TaskTemplate\":{\"Networks\":[{\"Target\":\"host\"}]}}")]
    [InlineData("{\"TaskTemplate\":{\"Networks\":[{\"Target\":\"dcltswhx1w3qy4ld3h2fa1c8g\"}]}}")]
    [InlineData("{\"TaskTemplate\":{\"Runtime\":\"plugin\",\"PluginSpec\":{\"Name\":\"x\"}}}")]
    [InlineData("{\"TaskTemplate\":{\"NetworkAttachmentSpec\":{\"ContainerID\":\"x\"}}}")]
    [InlineData("{\"TaskTemplate\":{\"LogDriver\":{\"Name\":\"gelf\"}}}")]
    public void Nor_does_its_task(string body) => Assert.NotNull(Problem(DockerBody.Service, body));

    [Theory]
    [InlineData(DockerBody.Network, "{\"Name\":\"sky-c1\",\"Driver\":\"overlay\",\"Attachable\":true,\"Options\":{\"encrypted\":\"\"},\"IPAM\":{\"Config\":[{\"Subnet\":\"10.1.0.0/16\"}]}}", true)]
    [InlineData(DockerBody.Network, "{\"Name\":\"sky-c1\",\"Driver\":\"macvlan\"}", false)]
    [InlineData(DockerBody.Network, "{\"Name\":\"sky-c1\",\"Driver\":\"host\"}", false)]
    [InlineData(DockerBody.Network, "{\"Name\":\"c1\",\"Driver\":\"bridge\"}", false)]
    [InlineData(DockerBody.Network, "{\"Name\":\"sky-c1\",\"Options\":{\"com.docker.network.bridge.host_binding_ipv4\":\"0.0.0.0\"}}", false)]
    [InlineData(DockerBody.Network, "{\"Name\":\"sky-c1\",\"ConfigFrom\":{\"Network\":\"x\"}}", false)]
    [InlineData(DockerBody.Network, "{\"Name\":\"sky-c1\",\"Ingress\":true}", false)]
    [InlineData(DockerBody.Volume, "{\"Name\":\"sky-v\",\"Labels\":{\"a\":\"b\"}}", true)]
    [InlineData(DockerBody.Volume, "{\"Name\":\"sky-v\",\"DriverOpts\":{\"type\":\"none\",\"device\":\"/\",\"o\":\"bind\"}}", false)]
    [InlineData(DockerBody.Volume, "{\"Name\":\"sky-v\",\"Driver\":\"other\"}", false)]
    [InlineData(DockerBody.Volume, "{\"Name\":\"v\"}", false)]
    [InlineData(DockerBody.Secret, "{\"Name\":\"s\",\"Labels\":{},\"Data\":\"eA==\"}", true)]
    [InlineData(DockerBody.Secret, "{\"Name\":\"s\",\"Driver\":{\"Name\":\"x\"}}", false)]
    [InlineData(DockerBody.Secret, "{\"Name\":\"s\",\"Templating\":{\"Name\":\"golang\"}}", false)]
    [InlineData(DockerBody.Node, "{\"Role\":\"worker\",\"Availability\":\"drain\",\"Labels\":{}}", true)]
    [InlineData(DockerBody.Join, "{\"RemoteAddrs\":[\"10.0.0.1:2377\"],\"JoinToken\":\"x\",\"ListenAddr\":\"0.0.0.0:2377\"}", true)]
    [InlineData(DockerBody.None, "{}", false)]
    [InlineData(DockerBody.None, "", true)]
    [InlineData(DockerBody.Container, "", false)]
    [InlineData(DockerBody.Container, "[]", false)]
    [InlineData(DockerBody.Container, "null", false)]
    [InlineData(DockerBody.Container, "{} {}", false)]
    [InlineData(DockerBody.Container, "{\"Image\":\"a\"} // x", false)]
    [InlineData(DockerBody.Container, "{\"HostConfig\":[]}", false)]
    [InlineData(DockerBody.Container, "{\"HostConfig\":{},\"hostconfig\":{\"Privileged\":true}}", false)]
    [InlineData(DockerBody.Container, "{\"Ho\\u017ftConfig\":{\"Privileged\":true}}", false)]
    [InlineData(DockerBody.Container, "{\"Volumes\":{\"/data\":{}}}", true)]
    [InlineData(DockerBody.Container, "{\"NetworkingConfig\":{\"EndpointsConfig\":{\"host\":{}}}}", false)]
    [InlineData(DockerBody.Container, "{\"NetworkingConfig\":{\"EndpointsConfig\":{\"sky-c1\":{\"Aliases\":[\"llm\"]}}}}", true)]
    [InlineData(DockerBody.Container, "{\"Image\":\"\\ud800\"}", true)]
    [InlineData(DockerBody.Container, "{\"HostConfig\":{\"NetworkMode\":\"\\ud800\"}}", false)]
    public void Other_bodies(DockerBody kind, string body, bool passes) => Assert.Equal(passes, Problem(kind, body) is null);

    [Fact]
    public void Two_fields_that_a_daemon_takes_for_one_are_refused() =>
        Assert.NotNull(Problem(DockerBody.Container, "{\"HostConfig\":{\"SecurityOpt\":[\"no-new-privileges\"],\"\\u017fecurityOpt\":[]}}"));

    [Fact]
    public void The_owner_of_a_node_may_allow_more_capabilities()
    {
        var open = new DockerBodies(new DockerPolicy { Capabilities = [.. DockerPolicy.UsualCapabilities, "IPC_LOCK"] });
        var body = Encoding.UTF8.GetBytes("{\"HostConfig\":{\"CapAdd\":[\"CAP_IPC_LOCK\"]}}");
        Assert.Null(open.Problem(DockerBody.Container, body));
        Assert.NotNull(Bodies.Problem(DockerBody.Container, body));
    }

    [Fact]
    public void What_is_wrong_names_the_field_and_no_value()
    {
        var problem = Problem(DockerBody.Container, "{\"HostConfig\":{\"Binds\":[\"/secret:/x\"]}}");
        Assert.Contains("HostConfig.Binds[0]", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    private static string? Problem(DockerBody kind, string body) => Bodies.Problem(kind, Encoding.UTF8.GetBytes(body));

    /// <summary>The body as one line, without the field, so that a test can put its own in.</summary>
    private static string Field(string body, string within, string name)
    {
        var root = JsonNode.Parse(body)!.AsObject();
        var part = (root[within] ?? root["TaskTemplate"]![within])!.AsObject();
        part.Remove(name);
        return root.ToJsonString();
    }
}
