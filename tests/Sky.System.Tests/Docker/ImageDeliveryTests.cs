using System.Net.Http.Headers;
using System.Text.Json;
using Sky.Testing.Docker;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Docker;

/// <summary>Images from their sources to running containers: the real program, Docker's command and engine, and a registry; a script stands in for Trivy.</summary>
public sealed class ImageDeliveryTests(SharedDocker shared) : IAsyncLifetime
{
    private const string Service = "delivered";
    private ImageBed? _bed;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ImageBed Bed => _bed!;

    private SkyMachine Sky => Bed.Sky;

    private string Repository => $"{Bed.Registry}/team/web";

    public async ValueTask InitializeAsync() => _bed = await ImageBed.StartAsync(shared);

    public async ValueTask DisposeAsync()
    {
        if (_bed is not null)
        {
            await _bed.DisposeAsync();
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

        Assert.Equal([first, second], await Bed.PinnedAsync(Service));
        await Bed.DownAsync(Service);
    }

    [Fact]
    public async Task Up_builds_scans_pushes_and_runs_what_the_file_says_and_does_none_of_it_twice()
    {
        Sources("built");
        Bed.Trivy("LOW");
        var file = Sky.WriteFile("delivered/sky-serve.yaml", Yaml($"image: {{build: src, repository: '{Repository}'}}\nsecurity: {{scan: {{scanner: trivy, fail_on: high}}}}"));

        var up = await Sky.OkAsync("serve", "up", file, "-y");

        Assert.Contains("Building ", up.Error, StringComparison.Ordinal);
        Assert.Contains("Scan by trivy: findings: 1 low\n", up.Error, StringComparison.Ordinal);
        Assert.Contains("Pushing ", up.Error, StringComparison.Ordinal);
        var pinned = Assert.Single(await Bed.PinnedAsync(Service));
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
        Bed.Trivy("CRITICAL");
        var refused = await Sky.RunAsync("serve", "update", "delivered", file, "-y");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("CVE-1-1 (critical) in perl 5.36", refused.Error, StringComparison.Ordinal);
        Assert.Equal(tags, await TagsAsync());
        Assert.DoesNotContain("version 2", (await Sky.OkAsync("serve", "history", "delivered")).Output, StringComparison.Ordinal);
        await Bed.DownAsync(Service);
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

    /// <summary>Pushes an image of this content and moves the tag <c>stable</c> to it; the engine forgets it, so that it has to be pulled.</summary>
    private async Task<string> PublishAsync(string tag)
    {
        Sources(tag);
        using var pushed = JsonDocument.Parse((await Sky.OkAsync("image", "push", Path.Combine(Sky.Files, "delivered/src"), "--repository", Repository, "-o", "json")).Output);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{Bed.Registry}/v2/team/web/") };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"manifests/{pushed.RootElement.GetProperty("digest").GetString()}");
        request.Headers.Accept.ParseAdd("application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json");
        using var manifest = await http.SendAsync(request, Token);
        using var content = new ByteArrayContent(await manifest.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Token));
        content.Headers.ContentType = new MediaTypeHeaderValue(manifest.Content.Headers.ContentType!.MediaType!);
        using var moved = await http.PutAsync("manifests/stable", content, Token);
        moved.EnsureSuccessStatusCode();
        await Bed.Api.DeleteAsync($"/images/{Uri.EscapeDataString(pushed.RootElement.GetProperty("name").GetString()!)}?force=true");
        return pushed.RootElement.GetProperty("pinned").GetString()!;
    }

    /// <summary>Waits until two replicas of the version are all there is, and compares what their containers run with the bytes named.</summary>
    private async Task RunsAsync(string pinned, string tag, int version)
    {
        await Bed.TwoReadyAsync(Service, version);
        Assert.Contains($"tag={tag}", await Bed.GetAsync(Service), StringComparison.Ordinal);
        Assert.Equal([await Bed.ImageIdAsync(pinned)], await Bed.RunningImagesAsync(Service));
    }

    private async Task<string> TagsAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://{Bed.Registry}/v2/team/web/tags/list"), Token);
    }
}
