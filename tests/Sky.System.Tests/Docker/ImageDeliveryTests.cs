using System.Net.Http.Headers;
using System.Text.Json;
using Sky.Testing.Docker;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Docker;

/// <summary>Images from their sources to running containers: the real program, Docker's command and engine, and a registry; a script stands in for Trivy.</summary>
public sealed class ImageDeliveryTests(SharedDocker shared) : IAsyncLifetime
{
    private const string Report = """{"SchemaVersion": 2, "ArtifactName": "x", "Results": [{"Target": "x", "Vulnerabilities": [{"VulnerabilityID": "CVE-1-1", "PkgName": "perl", "InstalledVersion": "5.36", "Severity": "$SEVERITY"}]}]}""";

    private SkyMachine? _sky;
    private DockerDaemon? _daemon;
    private LocalRegistry? _registry;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SkyMachine Sky => _sky!;

    private DockerApi Api => _daemon!.Api;

    private string Repository => $"{_registry!.Host}/team/web";

    public async ValueTask InitializeAsync()
    {
        var why = DockerDaemon.SkipReason ?? LocalRegistry.SkipReason ?? (File.Exists("/usr/bin/docker") ? null : "docker is missing (Debian package: docker.io)");
        Assert.SkipWhen(why is not null, why ?? "");
        _daemon = await shared.DaemonAsync();
        _registry = await LocalRegistry.StartAsync();
        _sky = new SkyMachine();
        _sky.Environment["DOCKER_HOST"] = _daemon.Host;
        _sky.Environment["DOCKER_CONFIG"] = Path.Combine(_sky.Files, "docker");
        _sky.Environment["PATH"] = $"{Path.Combine(_sky.Files, "bin")}:/usr/bin:/bin";
    }

    public async ValueTask DisposeAsync()
    {
        if (_sky is not null)
        {
            await _sky.DisposeAsync();
        }

        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_rollback_runs_the_same_bytes_after_the_tag_was_moved()
    {
        var first = await PublishAsync("one");
        var up = await Sky.OkAsync("serve", "up", Sky.WriteFile("delivered/sky-serve.yaml", Yaml($"image: {Repository}:stable")), "-y");
        Assert.DoesNotContain("Note:", up.Error, StringComparison.Ordinal);
        await RunsAsync(first, "one", 1);

        var second = await PublishAsync("two");
        Assert.NotEqual(first, second);
        await Sky.OkAsync("serve", "update", "delivered", Path.Combine(Sky.Files, "delivered/sky-serve.yaml"), "-y");
        await RunsAsync(second, "two", 2);

        await Sky.OkAsync("serve", "rollback", "delivered", "--to", "1", "-y");
        await RunsAsync(first, "one", 1);

        var list = (await Sky.OkAsync("image", "list", "delivered", "-o", "json")).Output;
        using var json = JsonDocument.Parse(list);
        Assert.Equal([first, second], json.RootElement[0].GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("images")[0].GetProperty("pinned").GetString()));
        await DownAsync();
    }

    [Fact]
    public async Task Up_builds_scans_pushes_and_runs_what_the_file_says_and_does_none_of_it_twice()
    {
        Sources("built");
        Trivy("LOW");
        var file = Sky.WriteFile("delivered/sky-serve.yaml", Yaml($"image: {{build: src, repository: '{Repository}'}}\nsecurity: {{scan: {{scanner: trivy, fail_on: high}}}}"));

        var up = await Sky.OkAsync("serve", "up", file, "-y");

        Assert.Contains("Building ", up.Error, StringComparison.Ordinal);
        Assert.Contains("Scan by trivy: findings: 1 low\n", up.Error, StringComparison.Ordinal);
        Assert.Contains("Pushing ", up.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await Sky.OkAsync("image", "list", "delivered", "-o", "json")).Output);
        var pinned = json.RootElement[0].GetProperty("versions")[0].GetProperty("images")[0].GetProperty("pinned").GetString()!;
        Assert.StartsWith($"{Repository}@sha256:", pinned, StringComparison.Ordinal);
        await RunsAsync(pinned, "built", 1);
        Assert.Contains("CVE-1-1", (await Sky.OkAsync("image", "scan", "delivered")).Output, StringComparison.Ordinal);

        var again = await Sky.OkAsync("serve", "update", "delivered", file, "-y");
        Assert.Contains("is at version 1 already", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Building ", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Pushing ", again.Error, StringComparison.Ordinal);

        // What the scanner knows of late shuts the gate: the new sources are not even pushed.
        var tags = await TagsAsync();
        Sources("later");
        Trivy("CRITICAL");
        var refused = await Sky.RunAsync("serve", "update", "delivered", file, "-y");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("CVE-1-1 (critical) in perl 5.36", refused.Error, StringComparison.Ordinal);
        Assert.Equal(tags, await TagsAsync());
        Assert.DoesNotContain("version 2", (await Sky.OkAsync("serve", "history", "delivered")).Output, StringComparison.Ordinal);
        await DownAsync();
    }

    private static string Yaml(string image) => $$"""
        service:
          readiness_probe: {path: /health, initial_delay_seconds: 60, endpoint_probe_interval_seconds: 0.2, timeout_seconds: 2}
          replicas: 2
          drain_seconds: 0
        resources: {cloud: docker, ports: 8080}
        {{image}}
        """;

    private void Sources(string tag) =>
        Sky.WriteFile("delivered/src/Dockerfile", $"FROM {SharedDocker.Image}\nENV TAG={tag}\nCMD [\"perl\", \"/srv/serve.pl\", \"8080\"]\n");

    private void Trivy(string severity) => File.SetUnixFileMode(
        Sky.WriteFile("bin/trivy", $"#!/bin/bash\nprintf '%s' '{Report.Replace("$SEVERITY", severity, StringComparison.Ordinal)}'\n"),
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>Pushes an image of this content and moves the tag <c>stable</c> to it; the engine forgets it, so that it has to be pulled.</summary>
    private async Task<string> PublishAsync(string tag)
    {
        Sources(tag);
        using var pushed = JsonDocument.Parse((await Sky.OkAsync("image", "push", Path.Combine(Sky.Files, "delivered/src"), "--repository", Repository, "-o", "json")).Output);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{_registry!.Host}/v2/team/web/") };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"manifests/{pushed.RootElement.GetProperty("digest").GetString()}");
        request.Headers.Accept.ParseAdd("application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json");
        using var manifest = await http.SendAsync(request, Token);
        using var content = new ByteArrayContent(await manifest.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Token));
        content.Headers.ContentType = new MediaTypeHeaderValue(manifest.Content.Headers.ContentType!.MediaType!);
        using var moved = await http.PutAsync("manifests/stable", content, Token);
        moved.EnsureSuccessStatusCode();
        await Api.DeleteAsync($"/images/{Uri.EscapeDataString(pushed.RootElement.GetProperty("name").GetString()!)}?force=true");
        return pushed.RootElement.GetProperty("pinned").GetString()!;
    }

    /// <summary>Waits until two replicas of the version are all there is, and compares what their containers run with the bytes named.</summary>
    private async Task RunsAsync(string pinned, string tag, int version)
    {
        await Sky.WaitAsync(
            "delivered",
            status => status.GetProperty("replicas").EnumerateArray().Where(row => row.GetProperty("status").GetString() != "FAILED").ToList() is { Count: 2 } rows
                && rows.TrueForAll(row => row.GetProperty("status").GetString() == "READY" && row.GetProperty("version").GetInt32() == version),
            $"two replicas serve version {version}");
        Assert.Contains($"tag={tag}", await Sky.Client.GetStringAsync(new Uri($"{Sky.GatewayUrl}/services/delivered/"), Token), StringComparison.Ordinal);
        var id = (await Api.GetJsonAsync($"/images/{Uri.EscapeDataString(pinned)}/json")).GetProperty("Id").GetString();
        var running = (await OwnAsync()).Where(container => container.GetProperty("State").GetString() == "running").ToList();
        Assert.Equal(2, running.Count);
        Assert.All(running, container => Assert.Equal(id, container.GetProperty("ImageID").GetString()));
    }

    private async Task<IReadOnlyList<JsonElement>> OwnAsync() =>
        [.. (await Api.ContainersAsync()).Where(container => container.GetProperty("Names")[0].GetString()!.Contains("-delivered-", StringComparison.Ordinal))];

    private async Task<string> TagsAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://{_registry!.Host}/v2/team/web/tags/list"), Token);
    }

    private async Task DownAsync()
    {
        await Sky.OkAsync("serve", "down", "delivered", "-y");
        Assert.Empty(await OwnAsync());
    }
}
