using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sky.Testing.Docker;
using Sky.Testing.Processes;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedDocker))]

namespace Sky.SystemTests.Docker;

/// <summary>The real program with a Docker Engine of the tests' own, from `up` to `down`.</summary>
public sealed class DockerServingTests(SharedDocker shared) : IAsyncLifetime
{
    private SkyMachine? _sky;
    private DockerDaemon? _daemon;

    private SkyMachine Sky => _sky!;

    private DockerApi Api => _daemon!.Api;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(DockerDaemon.SkipReason is not null, DockerDaemon.SkipReason ?? "");
        _daemon = await shared.DaemonAsync();
        _sky = new SkyMachine();
        _sky.Environment["DOCKER_HOST"] = _daemon.Host;
        _sky.Environment["SKY_DOCKER_BASE_IMAGE"] = SharedDocker.Image;
    }

    public async ValueTask DisposeAsync()
    {
        if (_sky is not null)
        {
            await _sky.DisposeAsync();
        }
    }

    [Fact]
    public async Task Two_replicas_with_one_declared_port_are_updated_rolled_back_replaced_and_taken_down()
    {
        var up = await Sky.OkAsync("serve", "up", Sky.WriteFile("web/sky-serve.yaml", ContainerService.Yaml()), "-y");
        Assert.Contains("Security profile:", up.Output, StringComparison.Ordinal);
        await Sky.WaitAsync("web", status => Versions(status) is [1, 1], "two replicas serve version 1");
        Assert.Contains("tag=v1", await GetAsync("web"), StringComparison.Ordinal);
        var ports = await PortsAsync("web");
        Assert.Equal(2, ports.Distinct().Count());

        await Sky.OkAsync("serve", "update", "web", Sky.WriteFile("web/v2.yaml", ContainerService.Yaml("v2")), "-y");
        await Sky.WaitAsync("web", status => Versions(status) is [2, 2], "two replicas serve version 2");
        Assert.Contains("tag=v2", await GetAsync("web"), StringComparison.Ordinal);

        await Sky.OkAsync("serve", "rollback", "web", "--to", "1", "-y");
        var back = await Sky.WaitAsync("web", status => Versions(status) is [1, 1], "two replicas serve version 1 again");
        var victim = back.GetProperty("replicas").EnumerateArray().First(row => row.GetProperty("status").GetString() == "READY").GetProperty("id").GetInt32();

        await Api.PostAsync($"/containers/{await ContainerAsync("web", victim)}/kill?signal=KILL");
        await Sky.WaitAsync("web", status => Versions(status) is [1, 1] && Row(status, victim)?.GetProperty("status").GetString() == "FAILED", "the killed one is replaced");
        var details = (await Sky.OkAsync("serve", "status", "web", "-v")).Output;
        Assert.Contains("run was killed by SIGKILL", details, StringComparison.Ordinal);
        Assert.Contains("listening at 8080", (await Sky.OkAsync("serve", "logs", "web", $"{victim}", "--no-follow")).Output, StringComparison.Ordinal);

        ports = await PortsAsync("web");
        await Sky.OkAsync("serve", "down", "web", "-y");
        Assert.Empty(await ContainersAsync("web"));
        Assert.DoesNotContain("-web-", await Api.GetAsync("/volumes"), StringComparison.Ordinal);
        Assert.DoesNotContain("web", await Api.GetAsync("/networks"), StringComparison.Ordinal);
        Assert.All(ports, AssertFree);
    }

    [Fact]
    public async Task Without_an_image_setup_and_run_are_carried_out_in_the_base_image_with_workdir_and_mounts()
    {
        Sky.WriteFile("plain/data/name", "from-the-workdir");
        Sky.WriteFile("models/small/weights", "-and-the-mount\n");
        var file = Sky.WriteFile("plain/sky-serve.yaml", """
            service:
              readiness_probe: {path: /, initial_delay_seconds: 60, endpoint_probe_interval_seconds: 0.2}
              replicas: 1
            workdir: .
            file_mounts:
              /models: ../models
            setup: cat data/name /models/small/weights > made
            run: TAG=$(cat made) exec perl /srv/serve.pl $SKY_PORT
            """);

        await Sky.OkAsync("serve", "up", file, "--cloud", "docker", "-y");

        Assert.Contains("tag=from-the-workdir-and-the-mount", await GetAsync("plain"), StringComparison.Ordinal);
        await Sky.OkAsync("serve", "down", "plain", "-y");
        Assert.Empty(await ContainersAsync("plain"));
    }

    [Fact]
    public async Task A_killed_controller_finds_its_containers_again()
    {
        await Sky.OkAsync("serve", "up", Sky.WriteFile("kept/sky-serve.yaml", ContainerService.Yaml()), "-y");
        await Sky.WaitAsync("kept", status => Versions(status) is [1, 1], "two replicas serve");
        var before = await ContainersAsync("kept");

        SkyMachine.Kill9(Sky.ControllerPid!.Value);
        Assert.Contains("tag=v1", await GetAsync("kept"), StringComparison.Ordinal);
        await Sky.WaitAsync("kept", status => Versions(status) is [1, 1], "the next controller knows them");

        Assert.Equal(before.Order(), (await ContainersAsync("kept")).Order());
        await Sky.OkAsync("serve", "down", "kept", "-y");
        Assert.Empty(await ContainersAsync("kept"));
    }

    private Task<string> GetAsync(string service) =>
        Sky.Client.GetStringAsync($"{Sky.GatewayUrl}/services/{service}/", TestContext.Current.CancellationToken);

    /// <summary>Versions of those that are ready, in order.</summary>
    private static List<int> Versions(JsonElement status) =>
    [
        .. status.GetProperty("replicas").EnumerateArray()
            .Where(row => row.GetProperty("status").GetString() is not ("FAILED" or "FAILED_PROVISION"))
            .Select(row => row.GetProperty("status").GetString() == "READY" ? row.GetProperty("version").GetInt32() : 0).Order(),
    ];

    private static JsonElement? Row(JsonElement status, int id) =>
        status.GetProperty("replicas").EnumerateArray().Where(row => row.GetProperty("id").GetInt32() == id).Select(row => (JsonElement?)row).FirstOrDefault();

    private static void AssertFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
    }

    private async Task<List<string>> ContainersAsync(string service) =>
    [
        .. (await Api.ContainersAsync()).Where(one => Label(one, "skyswarm.service") == service).Select(one => one.GetProperty("Id").GetString()!),
    ];

    private async Task<string> ContainerAsync(string service, int id) => (await Api.ContainersAsync())
        .Single(one => Label(one, "skyswarm.service") == service && Label(one, "skyswarm.replica") == $"{id}").GetProperty("Id").GetString()!;

    private async Task<List<int>> PortsAsync(string service) =>
    [
        .. (await Api.ContainersAsync()).Where(one => Label(one, "skyswarm.service") == service)
            .SelectMany(one => one.GetProperty("Ports").EnumerateArray())
            .Where(port => port.TryGetProperty("PublicPort", out _))
            .Select(port =>
            {
                Assert.Equal(("127.0.0.1", 8080), (port.GetProperty("IP").GetString(), port.GetProperty("PrivatePort").GetInt32()));
                return port.GetProperty("PublicPort").GetInt32();
            }),
    ];

    private static string? Label(JsonElement container, string name) =>
        container.GetProperty("Labels").TryGetProperty(name, out var value) ? value.GetString() : null;
}
