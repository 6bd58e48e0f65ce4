using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Providers.Registries;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>Images that have to be pulled first, from a registry of the tests' own.</summary>
public sealed class PullTests(SharedDocker shared) : DockerTestBase(shared)
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-pull-");
    private LocalRegistry? _registry;

    private string Image => $"{_registry!.Host}/team/app:1";

    public override async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(LocalRegistry.SkipReason is not null, LocalRegistry.SkipReason ?? "");
        await base.InitializeAsync();
        _registry = await LocalRegistry.StartAsync(asks: true);
        await (await TestImage.BuildAsync(["sh", "sleep"])).ImportAsync(World.Daemon.Api, Image);
        var login = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new { username = LocalRegistry.User, password = LocalRegistry.Password }));
        Assert.DoesNotContain("errorDetail", await World.Daemon.Api.PostAsync($"/images/{_registry.Host}/team/app/push?tag=1", Header("X-Registry-Auth", login)), StringComparison.Ordinal);
        await World.Daemon.Api.DeleteAsync($"/images/{Image}?force=1");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
        if (_registry is not null)
        {
            await World.Daemon.Api.DeleteAsync($"/images/{Image}?force=1");
            await _registry.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_version_without_an_image_runs_in_the_base_image_that_it_names()
    {
        await (await TestImage.BuildAsync(["sh", "cat"], new Dictionary<string, string> { ["etc/which"] = "pinned\n" })).ImportAsync(World.Daemon.Api, "sky-test:base");
        var id = (await World.Daemon.Api.GetJsonAsync("/images/sky-test:base/json")).GetProperty("Id").GetString();
        var request = Request(Key(), "exec cat /etc/which");
        await Engine.RunAsync(request with { Task = request.Task with { BaseImage = new ImageSpec { Reference = "sky-test:base", Pinned = id } } }, Cancel);
        await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.Equal(["pinned"], await LinesAsync(Key(), null));
    }

    [Fact]
    public async Task Without_a_login_it_says_how_to_give_one()
    {
        await Engine.RunAsync(Pulling(), Cancel);
        var ended = await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.Equal(
            $"{_registry!.Host} does not give image {Image} to everybody, or there is no such image. Give SKYPILOT_DOCKER_USERNAME and SKYPILOT_DOCKER_PASSWORD as secrets, and "
            + $"SKYPILOT_DOCKER_SERVER: {_registry.Host}, in the service file, or run `docker login {_registry.Host}` as the controller's user",
            ended.ProvisionError);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_login_of_the_file_pulls_it(bool completed)
    {
        var request = Pulling(completed ? "team/app:1" : null, new()
        {
            ["SKYPILOT_DOCKER_USERNAME"] = LocalRegistry.User, ["SKYPILOT_DOCKER_PASSWORD"] = LocalRegistry.Password, ["SKYPILOT_DOCKER_SERVER"] = _registry!.Host,
        });

        await Engine.RunAsync(request, Cancel);

        Assert.Equal(["pulled"], (await UntilAsync(Key(), EngineReplicaState.Exited)).Exit?.LastLogLines);
    }

    [Fact]
    public async Task A_wrong_login_is_told_and_not_shown()
    {
        await Engine.RunAsync(Pulling(null, new() { ["SKYPILOT_DOCKER_USERNAME"] = "sky", ["SKYPILOT_DOCKER_PASSWORD"] = "guessed-it", ["SKYPILOT_DOCKER_SERVER"] = _registry!.Host }), Cancel);
        var error = (await UntilAsync(Key(), EngineReplicaState.Exited)).ProvisionError;

        Assert.Contains($"{_registry.Host} refuses the login it was given for image {Image}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("guessed-it", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_login_of_Dockers_configuration_pulls_it()
    {
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{LocalRegistry.User}:{LocalRegistry.Password}"));
        var engine = World.NewEngine(logins: Logins(new { auths = new Dictionary<string, object> { [_registry!.Host] = new { auth } } }));

        await engine.RunAsync(Pulling(), Cancel);

        Assert.Equal(["pulled"], (await UntilAsync(Key(), EngineReplicaState.Exited)).Exit?.LastLogLines);
    }

    [Fact]
    public async Task A_replica_that_waits_for_its_image_is_known_and_says_so_and_can_be_stopped()
    {
        // It takes connections and never says a word: the pull lasts.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var image = $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/slow:1";

        await Engine.RunAsync(Pulling(image), Cancel);
        await Engine.RunAsync(Pulling(image), Cancel);

        var seen = await FindAsync(Key());
        Assert.Equal((EngineReplicaState.Created, $"pulling image {image}"), (seen?.State, seen?.Notice));
        Assert.Equal(EngineFailure.Busy, (await Assert.ThrowsAsync<EngineException>(() => Engine.ForgetAsync(Key(), Cancel))).Failure);
        await Engine.StopAsync(Key(), TimeSpan.Zero, Cancel);
        silent.Stop();
        await UntilAsync(Key(), EngineReplicaState.Exited);
        Assert.Empty(await World.ContainersAsync());
    }

    [Fact]
    public async Task A_registry_that_cannot_be_reached_is_tried_again()
    {
        var port = Sky.Testing.Processes.FreePorts.Take(1)[0];
        await Engine.RunAsync(Pulling($"127.0.0.1:{port}/app:1"), Cancel);
        EngineException? unheard = null;
        for (var tries = 0; unheard is null && tries < 1000; tries++)
        {
            await Task.Delay(10, Cancel);
            unheard = (EngineException?)await Record.ExceptionAsync(() => Engine.RunAsync(Pulling($"127.0.0.1:{port}/app:1"), Cancel));
        }

        Assert.Equal(EngineFailure.Unavailable, unheard?.Failure);
        Assert.Contains($"image 127.0.0.1:{port}/app:1 could not be pulled: ", unheard?.Message, StringComparison.Ordinal);
        Assert.Contains("connection refused", unheard?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("team/none:1", "there is no image")]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000", "an id cannot be pulled")]
    [InlineData("NOT an image", "'NOT an image' is not the name of an image: write [REGISTRY/]NAME[:TAG]")]
    public async Task An_image_that_there_is_not_is_told(string image, string reason)
    {
        var request = Pulling(image, new()
        {
            ["SKYPILOT_DOCKER_USERNAME"] = LocalRegistry.User, ["SKYPILOT_DOCKER_PASSWORD"] = LocalRegistry.Password, ["SKYPILOT_DOCKER_SERVER"] = _registry!.Host,
        });
        await Engine.RunAsync(request, Cancel);

        Assert.Contains(reason, (await UntilAsync(Key(), EngineReplicaState.Exited)).ProvisionError, StringComparison.Ordinal);
    }

    private RunRequest Pulling(string? image = null, Dictionary<string, string>? secrets = null)
    {
        var request = Request(Key(), "echo pulled\nexit 0");
        return request with
        {
            Task = request.Task with
            {
                Image = new ImageSpec { Reference = image ?? Image },
                Secrets = (secrets ?? []).ToDictionary(pair => pair.Key, pair => new SecretValue(pair.Value)),
            },
        };
    }

    private RegistryLogins Logins(object config)
    {
        var path = Path.Combine(_folder.FullName, "config.json");
        File.WriteAllText(path, JsonSerializer.Serialize(config));
        return new RegistryLogins(new DockerConfigFile(path, new CredentialHelper()));
    }

    private static ByteArrayContent Header(string name, string value)
    {
        var content = new ByteArrayContent([]);
        content.Headers.Add(name, value);
        return content;
    }
}
