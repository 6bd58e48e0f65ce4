using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Providers.Secrets.Entry;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>Secrets in real containers: in the environment of the command, and nowhere that the engine shows.</summary>
public sealed class ContainerSecretTests(SharedDocker shared) : DockerTestBase(shared)
{
    private const string Canary = "c4nary\\n 'quoted' \"twice\" $HOME `x`\nsecond line\\";

    private static readonly SecuritySpec _restricted = new() { Profile = SecurityProfile.Restricted };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_script_finds_its_secrets_whatever_signs_they_have(bool restricted)
    {
        var request = Secretive(Request(Key(), "printf '%s|' \"$TOKEN\" \"$PLAIN\" \"$EMPTY\"; cat; echo end\nexit 0", setup: "[ \"$TOKEN\" != '' ] && echo setup"));
        await AssertHiddenAsync(request with { Task = request.Task with { Security = restricted ? _restricted : SecuritySpec.Default } }, "setup\n" + Canary + "|a b||end");
    }

    /// <summary>Nothing but the program: no shell, no libc. It is the helper itself, which becomes the program after it.</summary>
    [Fact]
    public async Task An_image_without_anything_gets_them_by_the_helper()
    {
        await (await TestImage.BuildAsync(["env", "cat", "true"])).ImportAsync(World.Daemon.Api, "sky-test:no-shell", "ENTRYPOINT [\"env\"]", "CMD [\"-u\",\"A\",\"cat\",\"/proc/self/environ\"]");
        var request = Secretive(Request(Key(), ""));
        var security = _restricted;
        request = request with { Task = request.Task with { Run = null, Image = new ImageSpec { Reference = "sky-test:no-shell" }, Security = security } };

        await Engine.RunAsync(request, Cancel);
        var ended = await UntilAsync(request.Replica, EngineReplicaState.Exited);

        var output = string.Join('\n', await LinesAsync(request.Replica, null));
        Assert.Equal(0, ended.Exit?.Code);
        Assert.Contains($"TOKEN={Canary}\0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_handed_to_a_shell_and_to_the_helper_is_read_alike()
    {
        var values = new Dictionary<string, SecretValue> { ["A"] = new(Canary), ["B"] = new("\n\n"), ["C"] = new("\\n"), ["D"] = new("."), ["E_1"] = new("ü=\t=") };
        var helper = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(helper, EntryHelper.Bytes!.Value.ToArray(), Cancel);
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var script = "printf '%s|' \"$A\" \"$B\" \"$C\" \"$D\" \"$E_1\"; cat";
            var wanted = string.Concat(values.Values.Select(value => value.Reveal() + "|"));
            var input = EntryInput.Of(values);
            Assert.Equal((0, wanted), await RunAsync(helper, ["/bin/sh", "-c", script], input));
            Assert.Equal((0, wanted), await RunAsync("/bin/sh", ["-c", global::Sky.Providers.Engines.Docker.EntryScript.SecretsOfInput + script], input));

            // Half of it is not taken for the whole.
            Assert.Equal((125, ""), await RunAsync(helper, ["/bin/sh", "-c", script], input[..^2]));
            Assert.Equal((125, ""), await RunAsync("/bin/sh", ["-c", global::Sky.Providers.Engines.Docker.EntryScript.SecretsOfInput + script], input[..^2]));
            Assert.Equal(127, (await RunAsync(helper, ["no-such-program"], input)).Code);
            Assert.Equal(126, (await RunAsync(helper, ["/etc/passwd"], input)).Code);
        }
        finally
        {
            File.Delete(helper);
        }
    }

    [Fact]
    public async Task The_helper_reads_files_of_a_folder_as_Swarm_gives_them()
    {
        var folder = Directory.CreateTempSubdirectory("sky-entry-");
        var helper = Path.Combine(folder.FullName, "not-a-variable");
        await File.WriteAllBytesAsync(helper, EntryHelper.Bytes!.Value.ToArray(), Cancel);
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "TOKEN"), Canary, Cancel);
        try
        {
            var (code, output) = await RunAsync(helper, ["-d", folder.FullName, "/bin/sh", "-c", "printf %s \"$TOKEN\"; [ $$ = \"$1\" ] || env | grep -c not-a || true", "x"], []);
            Assert.Equal((0, Canary + "0\n"), (code, output));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task AssertHiddenAsync(RunRequest request, string output)
    {
        await Engine.RunAsync(request, Cancel);
        var ended = await UntilAsync(request.Replica, EngineReplicaState.Exited);
        Assert.Equal((0, output), (ended.Exit?.Code, string.Join('\n', await LinesAsync(request.Replica, null))));
        foreach (var container in await World.Daemon.Api.ContainersAsync())
        {
            var inspected = await World.Daemon.Api.GetAsync($"/containers/{container.GetProperty("Id").GetString()}/json");
            Assert.DoesNotContain("c4nary", inspected + container, StringComparison.Ordinal);
            Assert.Contains("SKYPILOT_SERVE_REPLICA_ID", inspected, StringComparison.Ordinal);
        }
    }

    private static RunRequest Secretive(RunRequest request) => request with
    {
        Task = request.Task with
        {
            Secrets = new Dictionary<string, SecretValue> { ["TOKEN"] = new(Canary), ["PLAIN"] = new("a b"), ["EMPTY"] = new("") },
        },
    };

    private static async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments, byte[] input)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.StandardInput.BaseStream.WriteAsync(input, Cancel);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output);
    }
}
