using System.Diagnostics;
using System.Text.Json;
using Sky.SystemTests.Docs;
using Sky.Testing.Docker;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Docker;

/// <summary>The servers that come with container files: built from their folders, scanned, pushed, and run with as few rights as they need.</summary>
[Trait("Category", "Heavy")]
public sealed class ServersInContainersTests(SharedDocker shared) : IAsyncLifetime
{
    private ImageBed? _bed;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ImageBed Bed => _bed!;

    private SkyMachine Sky => Bed.Sky;

    public async ValueTask InitializeAsync() => _bed = await ImageBed.StartAsync(shared);

    public async ValueTask DisposeAsync()
    {
        if (_bed is not null)
        {
            await _bed.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("hello", "/", "from replica")]
    [InlineData("llm-sim", "/v1/models", "sim")]
    public async Task A_server_is_built_from_its_folder_scanned_pushed_served_updated_rolled_back_by_digest_and_taken_down(string server, string path, string words)
    {
        var file = Sky.WriteFile($"{server}/docker.yaml", await FileOfAsync(server));
        Bed.Trivy("LOW");
        var up = await Sky.OkAsync("serve", "up", file, "-y");
        foreach (var step in new[] { "Building ", "Scan by trivy: findings: 1 low", "Pushing " })
        {
            Assert.Contains(step, up.Error, StringComparison.Ordinal);
        }

        await Bed.TwoReadyAsync(server, 1);
        var pinned = Assert.Single(await Bed.PinnedAsync(server));
        Assert.StartsWith($"{Bed.Registry}/{server}@sha256:", pinned, StringComparison.Ordinal);

        // What was scanned before the push is what runs.
        var first = await Bed.ImageIdAsync(pinned);
        Assert.Equal(first, await Bed.ImageIdAsync(Assert.Single(Bed.Scanned())));
        Assert.Equal([first], await Bed.RunningImagesAsync(server));
        Assert.Contains("CVE-1-1", (await Sky.OkAsync("image", "scan", server)).Output, StringComparison.Ordinal);
        Assert.Contains(words, await Bed.GetAsync(server, path), StringComparison.Ordinal);
        await AssertRestrictedAsync(server);

        // What is known of the same bytes since shuts the gate, and nothing changes.
        Bed.Trivy("CRITICAL");
        Assert.Contains("CVE-1-1 (critical)", (await Sky.RunAsync("serve", "update", server, file, "--env", "NEW=1", "-y")).Error, StringComparison.Ordinal);
        await Bed.TwoReadyAsync(server, 1);

        Bed.Trivy("LOW");
        var update = await Sky.OkAsync("serve", "update", server, file, "--env", "NEW=1", "-y");
        Assert.DoesNotContain("Building ", update.Error, StringComparison.Ordinal);
        await Bed.TwoReadyAsync(server, 2);
        await Sky.OkAsync("serve", "rollback", server, "--to", "1", "-y");
        await Bed.TwoReadyAsync(server, 1);
        Assert.Equal([first], await Bed.RunningImagesAsync(server));
        await Bed.DownAsync(server);
    }

    [Fact]
    public async Task The_commands_of_the_page_on_images_work()
    {
        foreach (var command in MarkdownBlock.All(SkyProgram.Root).Where(block => block is { File: "docs/images.md", Language: "console docker" }).SelectMany(block => block.Commands()))
        {
            var line = command.Replace("./sky ", $"{SkyProgram.Path} ", StringComparison.Ordinal)
                .Replace("registry.example.com", Bed.Registry, StringComparison.Ordinal)
                .Replace("http://127.0.0.1:30000", Sky.GatewayUrl, StringComparison.Ordinal)
                .Replace("curl ", "curl -fsS ", StringComparison.Ordinal);
            var start = new ProcessStartInfo("bash", ["-c", line]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = SkyProgram.Root };
            foreach (var (key, value) in Sky.Environment)
            {
                start.Environment[key] = value;
            }

            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(Token);
            var error = process.StandardError.ReadToEndAsync(Token);
            await process.WaitForExitAsync(Token);
            Assert.True(process.ExitCode == 0, $"`{command}` ended with {process.ExitCode}\n{await output}{await error}\n{Sky.Diagnose()}");
        }
    }

    /// <summary>The server's own file, with the registry and a policy; what it builds lies where it was.</summary>
    private async Task<string> FileOfAsync(string server)
    {
        var folder = Path.Combine(SkyProgram.Root, "servers", server);
        var text = await File.ReadAllTextAsync(Path.Combine(folder, "docker.yaml"), Token);
        var (image, security) = ("image:\n  build:\n    context: image\n    prepare: bash image/prepare.sh\n", "  profile: restricted\n");
        Assert.Contains(image, text, StringComparison.Ordinal);
        Assert.Contains(security, text, StringComparison.Ordinal);
        return text
            .Replace(image, $"image:\n  build:\n    context: {folder}/image\n    prepare: bash '{folder}/image/prepare.sh'\n  repository: {Bed.Registry}/{server}\n", StringComparison.Ordinal)
            .Replace(security, $"{security}  scan: {{scanner: trivy, fail_on: high}}\n", StringComparison.Ordinal);
    }

    private async Task AssertRestrictedAsync(string server)
    {
        foreach (var container in await Bed.ContainersAsync(server))
        {
            var seen = await Bed.Api.GetJsonAsync($"/containers/{container.GetProperty("Id").GetString()}/json");
            Assert.Equal("65532:65532", seen.GetProperty("Config").GetProperty("User").GetString());
            Assert.True(seen.GetProperty("HostConfig").GetProperty("ReadonlyRootfs").GetBoolean());
            Assert.Equal("ALL", seen.GetProperty("HostConfig").GetProperty("CapDrop")[0].GetString());
        }
    }
}
