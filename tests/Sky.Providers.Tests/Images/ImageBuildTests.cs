using Sky.Core.Images;
using Sky.Core.Specs;
using Sky.Providers.Images;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Images;

/// <summary>Builds and pushes by Docker's own command, at a real engine and a real registry.</summary>
public sealed class ImageBuildTests(SharedDocker docker) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _told = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_sources_are_built_and_pushed_once()
    {
        await using var registry = await RegistryAsync();
        using var tools = await ToolsAsync();
        WriteSources("one");
        var image = Image($"{registry.Host}/team/x");

        var built = await EnsureAsync(tools, image);
        var pushed = await PushAsync(tools, built);
        Assert.True(built.WasBuilt);
        Assert.Matches($"^{registry.Host}/team/x@sha256:[0-9a-f]{{64}}$", pushed.Pinned);

        _told.Clear();
        var again = await PushAsync(tools, await EnsureAsync(tools, image));
        Assert.Equal((pushed.Pinned, false), (again.Pinned, again.WasBuilt));
        Assert.DoesNotContain(_told, line => line.StartsWith("Building", StringComparison.Ordinal) || line.StartsWith("Pushing", StringComparison.Ordinal));

        // What the engine lost is neither built nor pulled: the registry has it.
        var daemon = await docker.DaemonAsync();
        await daemon.Api.DeleteAsync($"/images/{Uri.EscapeDataString(pushed.Name)}?force=true");
        Assert.Equal((pushed.Digest, false), ((await EnsureAsync(tools, image)).Digest, (await EnsureAsync(tools, image)).WasBuilt));

        WriteSources("two");
        var changed = await PushAsync(tools, await EnsureAsync(tools, image));
        Assert.True(changed.WasBuilt);
        Assert.NotEqual(pushed.Pinned, changed.Pinned);
    }

    [Fact]
    public async Task Without_a_repository_the_image_stays_with_the_engine_and_is_named_by_its_id()
    {
        using var tools = await ToolsAsync();
        WriteSources("local");

        var built = await EnsureAsync(tools, Image(null));
        var again = await EnsureAsync(tools, Image(null));

        Assert.True(ImageReference.IsId(built.Pinned));
        Assert.Equal((built.Pinned, false), (again.Pinned, again.WasBuilt));
        Assert.Equal(built.Pinned, (await tools.Resolver.ResolveAsync(built.Pinned, new TaskSpec(), here: false, Token)).Pinned);
    }

    [Fact]
    public async Task Arguments_target_and_what_prepare_makes_are_in_the_image()
    {
        using var tools = await ToolsAsync();
        _folder.Write("ctx/Dockerfile", $"FROM scratch AS first\nARG GREETING\nLABEL greeting=$GREETING\nCOPY made /\nFROM scratch\nLABEL greeting=wrong\n");
        var image = Image(null);
        image = image with
        {
            Build = image.Build! with { Context = _folder.At("ctx"), Args = new Dictionary<string, string> { ["GREETING"] = "a b" }, Target = "first", Prepare = "echo made > ctx/made" },
        };

        var built = await EnsureAsync(tools, image);

        var daemon = await docker.DaemonAsync();
        Assert.Equal("a b", (await daemon.Api.GetJsonAsync($"/images/{built.Pinned}/json")).GetProperty("Config").GetProperty("Labels").GetProperty("greeting").GetString());
    }

    [Fact]
    public async Task A_push_uses_the_login_of_the_service_file_and_leaves_Dockers_settings_alone()
    {
        await using var registry = await RegistryAsync(asks: true);
        using var tools = await ToolsAsync();
        WriteSources("private");
        var image = Image($"{registry.Host}/private/x");
        var task = new TaskSpec
        {
            Envs = new Dictionary<string, string> { ["SKYPILOT_DOCKER_USERNAME"] = LocalRegistry.User, ["SKYPILOT_DOCKER_SERVER"] = registry.Host },
            Secrets = new Dictionary<string, SecretValue> { ["SKYPILOT_DOCKER_PASSWORD"] = new(LocalRegistry.Password) },
        };

        var built = await EnsureAsync(tools, image);
        var refused = await Assert.ThrowsAsync<ImageException>(() => PushAsync(tools, built));
        Assert.Equal(ImageFailure.Unauthorized, refused.Failure);

        var pushed = await tools.PushAsync(built, task, _told.Add, Token);
        Assert.NotNull(pushed.Digest);
        Assert.Equal(pushed.Pinned, (await tools.Resolver.ResolveAsync(built.Name, task, here: false, Token)).Pinned);
        Assert.False(File.Exists(_folder.At("docker/config.json")));
        Assert.DoesNotContain(_told, line => line.Contains(LocalRegistry.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Dockerfile_that_fails_is_told_in_the_builders_words()
    {
        using var tools = await ToolsAsync();
        _folder.Write("src/Dockerfile", "FROM scratch\nCOPY missing.txt /\n");

        var failure = await Assert.ThrowsAsync<ImageException>(() => EnsureAsync(tools, Image(null)));

        Assert.Contains("missing.txt", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_to_prepare_is_not_built()
    {
        using var tools = await ToolsAsync();
        WriteSources("x");
        var image = Image(null);

        var failure = await Assert.ThrowsAsync<ImageException>(() => EnsureAsync(tools, image with { Build = image.Build! with { Prepare = "echo no compiler >&2; false; echo on" } }));

        Assert.Contains("no compiler", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Each takes what the other made for its own: with both at work the second finds the folder there, or the first an image of halves.</summary>
    [Fact]
    public async Task Of_two_builds_in_one_folder_the_second_waits_for_the_first()
    {
        using var tools = await ToolsAsync();
        WriteSources("x");
        var image = Image(null);
        image = image with { Build = image.Build! with { Prepare = "mkdir busy; n=$(ls ran* 2>/dev/null | grep -c . || true); sleep 0.5; touch ran$n; echo $n > src/file; rmdir busy" } };

        var built = await Task.WhenAll(EnsureAsync(tools, image), EnsureAsync(tools, image));

        Assert.All(built, one => Assert.True(one.WasBuilt));
        Assert.NotEqual(built[0].Pinned, built[1].Pinned);
        Assert.Single(_told, line => line.StartsWith("Another build is at work", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tag_is_resolved_at_the_registry_and_else_by_what_the_engine_knows_of_it()
    {
        using var tools = await ToolsAsync();
        WriteSources("resolved");
        string pinned, name;
        await using (var registry = await RegistryAsync())
        {
            var pushed = await PushAsync(tools, await EnsureAsync(tools, Image($"{registry.Host}/r/x")));
            (pinned, name) = (pushed.Pinned, pushed.Name);
            Assert.Equal((pinned, null), Told(await tools.Resolver.ResolveAsync(name, new TaskSpec(), here: false, Token)));
            var missing = await Assert.ThrowsAsync<ImageException>(() => tools.Resolver.ResolveAsync($"{registry.Host}/r/x:none", new TaskSpec(), here: false, Token));
            Assert.Equal(ImageFailure.NotFound, missing.Failure);
        }

        var (known, notice) = Told(await tools.Resolver.ResolveAsync(name, new TaskSpec(), here: false, Token));
        Assert.Equal(pinned, known);
        Assert.Contains("this machine's Docker Engine", notice, StringComparison.Ordinal);
        var nowhere = await Assert.ThrowsAsync<ImageException>(() => tools.Resolver.ResolveAsync("127.0.0.1:1/r/x:none", new TaskSpec(), here: false, Token));
        Assert.Equal(ImageFailure.Unavailable, nowhere.Failure);
    }

    [Fact]
    public async Task What_only_the_engine_can_have_is_asked_of_no_registry_where_that_engine_alone_runs_it()
    {
        var asked = new StubHandler((_, _) => StubHandler.Digest("sha256:" + new string('7', 64)));
        using var tools = await ToolsAsync(asked);
        var image = await (await docker.DaemonAsync()).Api.GetJsonAsync($"/images/{SharedDocker.Image}/json");

        var here = await tools.Resolver.ResolveAsync(SharedDocker.Image, new TaskSpec(), here: true, Token);
        Assert.Equal((image.GetProperty("Id").GetString()!, null), Told(here));
        Assert.Empty(asked.Requests);

        // On other machines its name is that of whatever Docker Hub has.
        Assert.EndsWith("@sha256:" + new string('7', 64), (await tools.Resolver.ResolveAsync(SharedDocker.Image, new TaskSpec(), here: false, Token)).Pinned, StringComparison.Ordinal);
        Assert.NotEmpty(asked.Requests);
    }

    private static (string Pinned, string? Notice) Told(ResolvedImage image) => (image.Pinned, image.Notice);

    private static async Task<LocalRegistry> RegistryAsync(bool asks = false)
    {
        Assert.SkipWhen(LocalRegistry.SkipReason is not null, LocalRegistry.SkipReason ?? "");
        return await LocalRegistry.StartAsync(asks);
    }

    private async Task<ImageTools> ToolsAsync(HttpMessageHandler? handler = null)
    {
        var why = DockerDaemon.SkipReason ?? (File.Exists("/usr/bin/docker") ? null : "docker is missing (Debian package: docker.io)");
        Assert.SkipWhen(why is not null, why ?? "");
        var daemon = await docker.DaemonAsync();
        return new ImageTools(
            new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = _folder.Path, ["DOCKER_CONFIG"] = _folder.At("docker"), ["DOCKER_HOST"] = daemon.Host }, TimeProvider.System, handler);
    }

    private void WriteSources(string content)
    {
        _folder.Write("src/Dockerfile", "FROM scratch\nCOPY file /\n");
        _folder.Write("src/file", content);
    }

    private ImageSpec Image(string? repository) => new() { Build = new ImageBuildSpec { Context = _folder.At("src"), Directory = _folder.Path }, Repository = repository };

    private Task<BuiltImage> EnsureAsync(ImageTools tools, ImageSpec image) => tools.EnsureAsync(image, "Test_Image", new TaskSpec(), Tell, Token);

    private Task<BuiltImage> PushAsync(ImageTools tools, BuiltImage image) => tools.PushAsync(image, new TaskSpec(), Tell, Token);

    private void Tell(string line)
    {
        lock (_told)
        {
            _told.Add(line);
        }
    }
}
