using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sky.Testing.Docker;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Docker;

/// <summary>The real program with Docker's command, an engine and a registry of the tests' own; a script stands in for Trivy.</summary>
internal sealed class ImageBed : IAsyncDisposable
{
    /// <summary>Of the form that Trivy writes.</summary>
    private const string Report = """{"SchemaVersion": 2, "ArtifactName": "x", "Results": [{"Target": "x", "Vulnerabilities": [{"VulnerabilityID": "CVE-1-1", "PkgName": "perl", "InstalledVersion": "5.36", "Severity": "$SEVERITY"}]}]}""";

    private ImageBed(DockerDaemon daemon, LocalRegistry registry)
    {
        (Api, Registry) = (daemon.Api, registry.Host);
        _registry = registry;
        Sky.Environment["DOCKER_HOST"] = daemon.Host;
        Sky.Environment["DOCKER_CONFIG"] = Path.Combine(Sky.Files, "docker");

        // Docker's command of Debian before any other.
        Sky.Environment["PATH"] = $"{Path.Combine(Sky.Files, "bin")}:/usr/bin:/bin:{Environment.GetEnvironmentVariable("PATH")}";
    }

    private readonly LocalRegistry _registry;

    public SkyMachine Sky { get; } = new();

    public DockerApi Api { get; }

    /// <summary>Its host, as it stands before a repository's name.</summary>
    public string Registry { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ImageBed> StartAsync(SharedDocker shared)
    {
        var why = DockerDaemon.SkipReason ?? LocalRegistry.SkipReason ?? (File.Exists("/usr/bin/docker") ? null : "docker is missing (Debian package: docker.io)");
        Assert.SkipWhen(why is not null, why ?? "");
        return new ImageBed(await shared.DaemonAsync(), await LocalRegistry.StartAsync());
    }

    /// <summary>From now on Trivy finds one thing in every image, and notes in <c>scanned</c> what it was asked of.</summary>
    public void Trivy(string severity) => File.SetUnixFileMode(
        Sky.WriteFile("bin/trivy", $"#!/bin/bash\necho \"${{@: -1}}\" >>'{Path.Combine(Sky.Files, "scanned")}'\nprintf '%s' '{Report.Replace("$SEVERITY", severity, StringComparison.Ordinal)}'\n"),
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>The images that it was asked of, in order.</summary>
    public string[] Scanned() => File.ReadAllLines(Path.Combine(Sky.Files, "scanned"));

    /// <summary>Waits until two replicas of the version are all there is.</summary>
    public Task<JsonElement> TwoReadyAsync(string service, int version) => Sky.WaitAsync(
        service,
        status => status.GetProperty("replicas").EnumerateArray().Where(row => row.GetProperty("status").GetString() != "FAILED").ToList() is { Count: 2 } rows
            && rows.TrueForAll(row => row.GetProperty("status").GetString() == "READY" && row.GetProperty("version").GetInt32() == version),
        $"two replicas serve version {version}",
        seconds: 180);

    public async Task<string> GetAsync(string service, string path = "/") => await Sky.Client.GetStringAsync(new Uri($"{Sky.GatewayUrl}/services/{service}{path}"), Token);

    /// <summary>The name of the bytes that each version of a service runs, the first version's first.</summary>
    public async Task<string[]> PinnedAsync(string service)
    {
        using var json = JsonDocument.Parse((await Sky.OkAsync("image", "list", service, "-o", "json")).Output);
        return [.. json.RootElement[0].GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("images")[0].GetProperty("pinned").GetString()!)];
    }

    public async Task<IReadOnlyList<JsonElement>> ContainersAsync(string service) =>
        [.. (await Api.ContainersAsync()).Where(container => container.GetProperty("Names")[0].GetString()!.Contains($"-{service}-", StringComparison.Ordinal))];

    /// <summary>The engine's ids of the images that its running containers have, none twice.</summary>
    public async Task<IReadOnlyList<string>> RunningImagesAsync(string service) =>
    [
        .. (await ContainersAsync(service)).Where(container => container.GetProperty("State").GetString() == "running")
            .Select(container => container.GetProperty("ImageID").GetString()!).Distinct(),
    ];

    public async Task<string> ImageIdAsync(string name) => (await Api.GetJsonAsync($"/images/{Uri.EscapeDataString(name)}/json")).GetProperty("Id").GetString()!;

    /// <summary>Takes the service down, and looks for whatever it could have left.</summary>
    public async Task DownAsync(string service)
    {
        var ports = (await ContainersAsync(service)).SelectMany(container => container.GetProperty("Ports").EnumerateArray())
            .Where(port => port.TryGetProperty("PublicPort", out _)).Select(port => port.GetProperty("PublicPort").GetInt32()).ToList();
        await Sky.OkAsync("serve", "down", service, "-y");
        Assert.Empty(await ContainersAsync(service));
        foreach (var path in new[] { "/volumes", "/networks" })
        {
            Assert.DoesNotContain($"-{service}-", await Api.GetAsync(path), StringComparison.Ordinal);
        }

        Assert.Equal(["bridge", "host", "none"], (await Api.GetJsonAsync("/networks")).EnumerateArray().Select(network => network.GetProperty("Name").GetString()!).Order());

        // Secrets of an engine are those of a Swarm, which this one is not of.
        Assert.Equal("inactive", (await Api.GetJsonAsync("/info")).GetProperty("Swarm").GetProperty("LocalNodeState").GetString());
        foreach (var port in ports)
        {
            using var free = new TcpListener(IPAddress.Loopback, port);
            free.Start();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Sky.DisposeAsync();
        await _registry.DisposeAsync();
    }
}
