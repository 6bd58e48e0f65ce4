using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Providers.Engines.Docker;
using Sky.Testing.Docker;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>What containers make of a replica, beyond the contract of all engines.</summary>
public sealed class DockerReplicaTests(SharedDocker shared) : DockerTestBase(shared)
{
    [Fact]
    public async Task It_is_reached_at_its_own_port_of_loopback_wherever_it_listens()
    {
        using var http = new HttpClient();
        foreach (var id in new[] { 1, 2 })
        {
            var request = Request(Key(id), $"exec {SharedDocker.Serve} 8080") with { ListenPort = 8080 };
            await Engine.RunAsync(request, Cancel);
            await SkyMachine.UntilAsync(
                async () =>
                {
                    try
                    {
                        return (await http.GetStringAsync(new Uri($"http://127.0.0.1:{request.Port}/"), Cancel)).Contains($"replica={id} tag= host=hello-{id} uid=0", StringComparison.Ordinal);
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                "it answers");
            var binding = (await World.InspectAsync(request.Replica)).GetProperty("HostConfig").GetProperty("PortBindings").GetProperty("8080/tcp")[0];
            Assert.Equal("127.0.0.1", binding.GetProperty("HostIp").GetString());
        }
    }

    [Fact]
    public async Task Another_engine_of_the_same_owner_knows_what_runs_and_what_has_ended_and_how()
    {
        await Engine.RunAsync(Request(Key(1), Forever, setup: "echo prepared"), Cancel);
        await Engine.RunAsync(Request(Key(2), Forever, setup: "echo wrong\nexit 4"), Cancel);
        await Engine.RunAsync(Request(Key(3), Forever, setup: "echo slow\nexec sleep 600"), Cancel);
        await UntilAsync(Key(1), EngineReplicaState.Running);
        await UntilAsync(Key(2), EngineReplicaState.Exited);
        await UntilAsync(Key(3), EngineReplicaState.SettingUp);

        var seen = (await World.NewEngine().ListAsync(Cancel)).ToDictionary(replica => replica.Replica);

        Assert.Equal(EngineReplicaState.Running, seen[Key(1)].State);
        Assert.True(seen[Key(1)].StartedAt >= seen[Key(1)].LaunchedAt);
        Assert.Equal((4, "setup"), (seen[Key(2)].Exit?.Code, seen[Key(2)].Exit?.Stage));
        Assert.Equal(["wrong"], seen[Key(2)].Exit!.LastLogLines);
        Assert.Null(seen[Key(2)].StartedAt);
        Assert.Equal(EngineReplicaState.SettingUp, seen[Key(3)].State);
        Assert.Null(seen[Key(3)].StartedAt);
    }

    [Fact]
    public async Task A_stop_during_setup_starts_nothing_more()
    {
        await Engine.RunAsync(Request(Key(), "echo never", setup: "trap 'exit 0' TERM\necho waiting\nwhile :; do sleep 0.1; done"), Cancel);
        await SkyMachine.UntilAsync(async () => (await LinesAsync(Key(), null)).Contains("waiting"), "setup has begun");

        await Engine.StopAsync(Key(), TimeSpan.FromSeconds(30), Cancel);
        var ended = await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.DoesNotContain("never", await LinesAsync(Key(), null));
        Assert.Equal(("setup", "SIGTERM"), (ended.Exit?.Stage, ended.Exit?.Signal));
    }

    [Fact]
    public async Task The_polite_signal_reaches_what_run_has_started()
    {
        await Engine.RunAsync(Request(Key(), "trap 'wait; exit 0' TERM\nperl -e '$SIG{TERM} = sub { print \"goodbye\\n\"; exit 0 }; $| = 1; print \"ready\\n\"; sleep 600' &\nwait"), Cancel);
        await SkyMachine.UntilAsync(async () => (await LinesAsync(Key(), null)).Contains("ready"), "it runs");

        await Engine.StopAsync(Key(), TimeSpan.FromSeconds(30), Cancel);
        await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.Equal(["ready", "goodbye"], await LinesAsync(Key(), null));
    }

    [Fact]
    public async Task What_does_not_listen_is_ended_when_the_grace_is_over_and_a_shorter_grace_counts()
    {
        await Engine.RunAsync(Request(Key(), "trap '' TERM\necho deaf\nwhile :; do sleep 0.1; done"), Cancel);
        await SkyMachine.UntilAsync(async () => (await LinesAsync(Key(), null)).Contains("deaf"), "it runs");

        await Engine.StopAsync(Key(), TimeSpan.FromHours(1), Cancel);
        Assert.Equal(EngineReplicaState.Stopping, (await FindAsync(Key()))?.State);
        await Engine.StopAsync(Key(), TimeSpan.FromMilliseconds(100), Cancel);

        Assert.Equal("SIGKILL", (await UntilAsync(Key(), EngineReplicaState.Exited)).Exit?.Signal);
    }

    [Fact]
    public async Task Both_outputs_are_read()
    {
        await Engine.RunAsync(Request(Key(), "echo out\necho err >&2\nexit 0"), Cancel);
        await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.Equal(["err", "out"], (await LinesAsync(Key(), null)).Order());
    }

    [Fact]
    public async Task What_another_owner_has_is_neither_listed_nor_ended()
    {
        await using var other = new DockerEngine(World.Options, new OwnerId(World.Owner + "0"), TimeProvider.System);
        var theirs = Request(Key(), Forever);
        await other.RunAsync(theirs, Cancel);

        Assert.Empty(await Engine.ListAsync(Cancel));
        await Engine.StopAsync(Key(), TimeSpan.Zero, Cancel);
        await Engine.ForgetAsync(Key(), Cancel);
        Assert.Equal(EngineReplicaState.Running, Assert.Single(await other.ListAsync(Cancel)).State);

        await other.StopAsync(Key(), TimeSpan.Zero, Cancel);
        await SkyMachine.UntilAsync(async () => (await other.ListAsync(Cancel))[0].State == EngineReplicaState.Exited, "it ends");
        await other.ForgetAsync(Key(), Cancel);
        Assert.Empty(await other.ListAsync(Cancel));
    }

    [Fact]
    public async Task A_name_that_somebody_else_took_is_told_and_left_alone()
    {
        var name = new ReplicaNames(World.Owner, "docker").Container(Key());
        await World.Daemon.Api.PostJsonAsync($"/containers/create?name={name}", new { SharedDocker.Image, Cmd = new[] { "true" } });
        try
        {
            await Engine.RunAsync(Request(Key(), Forever), Cancel);
            var ended = await UntilAsync(Key(), EngineReplicaState.Exited);
            Assert.Equal($"there is a container {name} on this engine that is not ours: remove it", ended.ProvisionError);
        }
        finally
        {
            await World.Daemon.Api.DeleteAsync($"/containers/{name}?force=1");
        }
    }

    [Fact]
    public async Task Engines_that_start_the_same_at_the_same_time_start_one()
    {
        var request = Request(Key(), "echo once\nexec sleep 600");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => World.NewEngine().RunAsync(request, Cancel)));
        await SkyMachine.UntilAsync(async () => (await LinesAsync(Key(), null)).Count > 0, "it runs");

        Assert.Single(await World.ContainersAsync());
        Assert.Equal(["once"], await LinesAsync(Key(), null));
    }

    [Fact]
    public async Task A_container_that_was_made_and_not_started_is_started_with_all_its_files()
    {
        var request = Request(Key(), "echo whole\nexit 0", setup: "echo first");
        var names = new ReplicaNames(World.Owner, "docker");
        await World.Daemon.Api.PostJsonAsync($"/containers/create?name={names.Container(Key())}", new
        {
            SharedDocker.Image,
            Entrypoint = new[] { "/bin/sh", "-c", EntryScript.Text, "sky" },
            Labels = names.Labels(Key(), 1, staged: true),
            HostConfig = new { Mounts = new[] { new { Type = "volume", Source = names.Files(Key()), Target = "/sky", VolumeOptions = new { Labels = names.Labels(Key()) } } } },
        });

        await Engine.RunAsync(request, Cancel);

        Assert.Equal((0, "run"), (await UntilAsync(Key(), EngineReplicaState.Exited)) is { Exit: { } exit } ? (exit.Code, exit.Stage) : default);
        Assert.Equal(["first", "whole"], await LinesAsync(Key(), null));
    }

    [Fact]
    public async Task A_health_check_that_fails_is_told_while_it_runs()
    {
        await TagAsync("sky-test:sick", """HEALTHCHECK --interval=1s --retries=1 CMD ["/bin/sh", "-c", "echo cannot see the model; exit 1"]""");
        await Engine.RunAsync(Request(Key(), Forever, image: "sky-test:sick"), Cancel);

        await SkyMachine.UntilAsync(async () => (await FindAsync(Key()))?.Notice is not null, "it is unhealthy");

        var seen = await FindAsync(Key());
        Assert.Equal((EngineReplicaState.Running, "its image's health check fails: cannot see the model"), (seen!.State, seen.Notice));
    }

    [Fact]
    public async Task An_image_without_run_runs_its_own_command_after_setup()
    {
        await TagAsync("sky-test:own", """ENTRYPOINT ["/bin/echo", "own"]""", """CMD ["command"]""");
        var plain = Request(Key(1), "", image: "sky-test:own");
        var prepared = Request(Key(2), "", setup: "echo prepared", image: "sky-test:own");

        await Engine.RunAsync(plain, Cancel);
        await Engine.RunAsync(prepared, Cancel);
        await UntilAsync(Key(1), EngineReplicaState.Exited);
        await UntilAsync(Key(2), EngineReplicaState.Exited);

        Assert.Equal(["own command"], await LinesAsync(Key(1), null));
        Assert.Equal(["prepared", "own command"], await LinesAsync(Key(2), null));
    }

    [Theory]
    [InlineData("sky-test:1", "", "image sky-test:1 has no command of its own: say in `run` what is to run")]
    [InlineData("sky-test:shell-less", "echo x", "the image has no shell (/bin/sh), which `setup` and `run` need: leave them out to run the image's own command, or take another image")]
    [InlineData("sky-test:missing", "", "the image has no program /bin/missing: check the image's command")]
    public async Task An_image_that_cannot_run_it_is_a_provision_error(string image, string run, string reason)
    {
        await (await TestImage.BuildAsync(["sleep"])).ImportAsync(World.Daemon.Api, "sky-test:shell-less");
        await TagAsync("sky-test:missing", """CMD ["/bin/missing"]""");
        await Engine.RunAsync(Request(Key(), run, image: image), Cancel);
        var ended = await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.StartsWith(reason, ended.ProvisionError, StringComparison.Ordinal);
        Assert.Null(ended.Exit);
    }

    [Fact]
    public async Task In_an_image_without_bash_scripts_run_in_its_shell()
    {
        await (await TestImage.BuildAsync(["sh", "sleep"])).ImportAsync(World.Daemon.Api, "sky-test:bash-less");
        await Engine.RunAsync(Request(Key(), "echo \"in ${BASH_VERSION:-sh}\"\nexit 0", image: "sky-test:bash-less"), Cancel);
        await UntilAsync(Key(), EngineReplicaState.Exited);

        Assert.Equal(["in sh"], await LinesAsync(Key(), null));
    }

    [Fact]
    public async Task Variables_are_those_of_the_task_and_the_controller_and_none_of_the_registry()
    {
        var request = Request(Key(), "env\nexit 0");
        await Engine.RunAsync(
            request with
            {
                Task = request.Task with
                {
                    Envs = new Dictionary<string, string> { ["A"] = "b c", ["SKYPILOT_DOCKER_USERNAME"] = "me", ["PORT"] = "1" },
                    Secrets = new Dictionary<string, SecretValue> { ["TOKEN"] = new("hush"), ["SKYPILOT_DOCKER_PASSWORD"] = new("pw") },
                },
            },
            Cancel);
        await UntilAsync(Key(), EngineReplicaState.Exited);

        var variables = await LinesAsync(Key(), null);
        Assert.Superset(new HashSet<string> { "A=b c", "TOKEN=hush", $"PORT={request.Port}", "SKYPILOT_SERVE_REPLICA_ID=1", "SKY_HOST=0.0.0.0" }, variables.ToHashSet());
        Assert.DoesNotContain(variables, line => line.StartsWith("SKYPILOT_DOCKER", StringComparison.Ordinal));
    }

    private RunRequest Request(ReplicaKey key, string run, string? setup = null, string? image = null)
    {
        var request = base.Request(key, run, setup);
        return image is null ? request : request with { Task = request.Task with { Image = new ImageSpec { Reference = image } } };
    }

    /// <summary>The tests' image with these lines of a Dockerfile.</summary>
    private async Task TagAsync(string reference, params string[] changes) =>
        await (await TestImage.BuildAsync(["sh", "echo", "sleep"])).ImportAsync(World.Daemon.Api, reference, changes);
}
