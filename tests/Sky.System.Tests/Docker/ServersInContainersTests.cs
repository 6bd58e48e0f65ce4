using System.Diagnostics;
using System.Text.Json;
using Sky.SystemTests.Docs;
using Sky.Testing.Docker;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.SystemTests.Docker;

/// <summary>The servers that come with container files: built from their folders, pushed, and run with as few rights as they need.</summary>
[Trait("Category", "Heavy")]
public sealed class ServersInContainersTests(SharedDocker shared) : IAsyncLifetime
{
    private SkyMachine? _sky;
    private DockerDaemon? _daemon;
    private LocalRegistry? _registry;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SkyMachine Sky => _sky!;

    public async ValueTask InitializeAsync()
    {
        var why = DockerDaemon.SkipReason ?? LocalRegistry.SkipReason ?? (File.Exists("/usr/bin/docker") ? null : "docker is missing (Debian package: docker.io)");
        Assert.SkipWhen(why is not null, why ?? "");
        _daemon = await shared.DaemonAsync();
        _registry = await LocalRegistry.StartAsync();
        _sky = new SkyMachine();
        _sky.Environment["DOCKER_HOST"] = _daemon.Host;
        _sky.Environment["DOCKER_CONFIG"] = Path.Combine(_sky.Files, "docker");
        // Docker's command of Debian before any other.
        _sky.Environment["PATH"] = $"/usr/bin:/bin:{Environment.GetEnvironmentVariable("PATH")}";
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

    [Theory]
    [InlineData("hello", "/", "from replica")]
    [InlineData("llm-sim", "/v1/models", "sim")]
    public async Task A_server_is_built_pushed_served_updated_rolled_back_by_digest_and_taken_down(string server, string path, string words)
    {
        var folder = Path.Combine(SkyProgram.Root, "servers", server);
        var pushed = JsonDocument.Parse((await Sky.OkAsync("image", "push", folder, "--repository", $"{_registry!.Host}/{server}", "-o", "json")).Output).RootElement;
        Assert.StartsWith($"{_registry.Host}/{server}@sha256:", pushed.GetProperty("pinned").GetString(), StringComparison.Ordinal);
        Assert.Contains("is in its registry already", (await Sky.OkAsync("image", "build", folder, "--repository", $"{_registry.Host}/{server}")).Error, StringComparison.Ordinal);
        var text = (await File.ReadAllTextAsync(Path.Combine(folder, "docker.yaml"), Token)).Split("image:\n")[0] + $"image: {pushed.GetProperty("name").GetString()}\nsecurity: {{profile: restricted}}\n";

        await Sky.OkAsync("serve", "up", Sky.WriteFile($"{server}/sky-serve.yaml", text), "-y");
        await ReadyAsync(server, 1);
        var first = await ImagesAsync(server);
        Assert.Contains(words, await GetAsync(server, path), StringComparison.Ordinal);
        await AssertRestrictedAsync(server);

        await Sky.OkAsync("serve", "update", server, Path.Combine(Sky.Files, server, "sky-serve.yaml"), "--env", "NEW=1", "-y");
        await ReadyAsync(server, 2);
        await Sky.OkAsync("serve", "rollback", server, "--to", "1", "-y");
        await ReadyAsync(server, 1);
        Assert.Equal(first, await ImagesAsync(server));

        await Sky.OkAsync("serve", "down", server, "-y");
        Assert.Empty(await OwnAsync(server));
        Assert.DoesNotContain($"-{server}-", await _daemon!.Api.GetAsync("/volumes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_commands_of_the_page_on_images_work()
    {
        foreach (var command in MarkdownBlock.All(SkyProgram.Root).Where(block => block is { File: "docs/images.md", Language: "console docker" }).SelectMany(block => block.Commands()))
        {
            var line = command.Replace("./sky ", $"{SkyProgram.Path} ", StringComparison.Ordinal)
                .Replace("registry.example.com", _registry!.Host, StringComparison.Ordinal)
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

    private async Task AssertRestrictedAsync(string server)
    {
        foreach (var container in await OwnAsync(server))
        {
            var seen = await _daemon!.Api.GetJsonAsync($"/containers/{container.GetProperty("Id").GetString()}/json");
            Assert.Equal("65532:65532", seen.GetProperty("Config").GetProperty("User").GetString());
            Assert.True(seen.GetProperty("HostConfig").GetProperty("ReadonlyRootfs").GetBoolean());
            Assert.Equal("ALL", seen.GetProperty("HostConfig").GetProperty("CapDrop")[0].GetString());
        }
    }

    private Task<JsonElement> ReadyAsync(string server, int version) => Sky.WaitAsync(
        server,
        status => status.GetProperty("replicas").EnumerateArray().Where(row => row.GetProperty("status").GetString() != "FAILED").ToList() is { Count: 2 } rows
            && rows.TrueForAll(row => row.GetProperty("status").GetString() == "READY" && row.GetProperty("version").GetInt32() == version),
        $"two replicas serve version {version}",
        seconds: 180);

    private async Task<string> GetAsync(string server, string path) => await Sky.Client.GetStringAsync(new Uri($"{Sky.GatewayUrl}/services/{server}{path}"), Token);

    private async Task<IReadOnlyList<string>> ImagesAsync(string server) => [.. (await OwnAsync(server)).Select(container => container.GetProperty("ImageID").GetString()!).Distinct()];

    private async Task<IReadOnlyList<JsonElement>> OwnAsync(string server) =>
        [.. (await _daemon!.Api.ContainersAsync()).Where(container => container.GetProperty("Names")[0].GetString()!.Contains($"-{server}-", StringComparison.Ordinal))];
}
