using System.Security.Cryptography;
using Sky.Core.Nodes;
using Sky.Providers.Bootstrapping;
using Sky.Providers.Bootstrapping.Machines;
using Sky.Testing.Ssh;
using Xunit;

namespace Sky.Providers.Tests.Bootstrapping;

/// <summary>Machines over the real ssh and a real sshd: what is done there, and what is said where it cannot be.</summary>
public sealed class MachineTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-program-").FullName;
    private readonly List<string> _progress = [];
    private readonly EnrolmentToken _token = EnrolmentToken.From(RandomNumberGenerator.GetBytes(EnrolmentToken.IdBytes + EnrolmentToken.SecretBytes), new string('a', 64));
    private SshMachine? _there;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SshMachine There => _there!;

    [Fact]
    public async Task The_script_runs_there_with_a_program_that_is_copied_once()
    {
        var machine = await StartAsync();
        var program = await ProgramAsync("#!/bin/sh\n");
        var facts = await machine.LookAsync(Cancel);
        Assert.True(facts.Root);
        Assert.Null(facts.Address);
        Assert.Null(facts.InstalledSha256);

        await MakeNodeAsync(machine, program);

        Assert.Equal("#!/bin/sh\n", Read("bin/sky"));
        Assert.Equal(_token.Text, Read("etc/skyswarm/token").Trim());
        Assert.Contains("restart skyswarm-node\n", Read("run/systemctl.calls"), StringComparison.Ordinal);
        Assert.Contains(_progress, line => line.StartsWith("copying sky", StringComparison.Ordinal));
        Assert.Contains("wrote /etc/docker/daemon.json", _progress);
        Assert.False(File.Exists(Path.Combine(There.Root, "lib/skyswarm/sky.upload")));

        _progress.Clear();
        var calls = Read("run/systemctl.calls");
        await MakeNodeAsync(Machine(), program);
        Assert.Contains("nothing to do", _progress);
        Assert.DoesNotContain(_progress, line => line.StartsWith("copying", StringComparison.Ordinal) || line.StartsWith("wrote", StringComparison.Ordinal));
        Assert.DoesNotContain("restart", Read("run/systemctl.calls")[calls.Length..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_in_no_argument_and_no_log()
    {
        var machine = await StartAsync();

        // Whatever the script runs writes down every argument that any process has at the time.
        There.Install("sha256sum", "#!/bin/bash\ncat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>/run/arguments\nexec /usr/bin/sha256sum \"$@\"\n");
        await MakeNodeAsync(machine, await ProgramAsync("#!/bin/sh\n"));
        Assert.Contains("ssh", Read("run/arguments"), StringComparison.Ordinal);
        Assert.DoesNotContain(_token.Secret, Read("run/arguments") + There.Log + string.Join('\n', _progress), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_fails_in_the_middle_says_where_and_why_and_the_next_run_makes_it_good()
    {
        var machine = await StartAsync();
        var program = await ProgramAsync("#!/bin/sh\n");
        There.Install("sha256sum", "#!/bin/sh\ncase \"$*\" in '-c -') echo 'sha256sum: no room' >&2; exit 1;; esac\nexec /usr/bin/sha256sum \"$@\"\n");
        var failure = await Assert.ThrowsAsync<MachineException>(() => MakeNodeAsync(machine, program));
        Assert.Contains("stopped while installing sky (exit code 1)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("its SHA-256 differs", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(There.Root, "etc/skyswarm/token")));

        File.Delete(Path.Combine(There.Root, "bin/sha256sum"));
        await MakeNodeAsync(Machine(), program);
        Assert.Equal(_token.Text, Read("etc/skyswarm/token").Trim());
    }

    [Fact]
    public async Task A_program_of_the_script_that_fails_is_told_with_its_own_words()
    {
        var machine = await StartAsync();
        There.Install("curl", "#!/bin/sh\necho 'curl: (37) no such file' >&2\nexit 37\n");
        var failure = await Assert.ThrowsAsync<MachineException>(async () => await MakeNodeAsync(machine, await ProgramAsync("#!/bin/sh\n")));
        Assert.Contains("stopped while installing sky (exit code 37): curl: (37) no such file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_whose_key_is_not_known_is_told_nothing()
    {
        var machine = await StartAsync();
        File.Delete(There.KnownHosts);
        var failure = await Assert.ThrowsAsync<MachineException>(() => machine.LookAsync(Cancel));
        Assert.Contains("is not known", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"ssh -p {There.Port} 127.0.0.1", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(There.KnownHosts));
        Assert.DoesNotContain("Accepted", There.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_whose_key_has_changed_is_told_nothing()
    {
        var machine = await StartAsync();
        There.MakeKey("other");
        There.TrustHostKey("other.pub");
        var failure = await Assert.ThrowsAsync<MachineException>(() => machine.LookAsync(Cancel));
        Assert.Contains("is not the one that is known", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{There.KnownHosts}:1", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Accepted", There.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_the_machine_does_not_know_lets_nobody_in()
    {
        await StartAsync();
        There.MakeKey("stranger");
        var stranger = Path.Combine(There.Root, "stranger");
        var failure = await Assert.ThrowsAsync<MachineException>(() => Machine(stranger).LookAsync(Cancel));
        Assert.Contains($"does not let in this user with the key {stranger}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ssh-copy-id", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_does_not_answer_is_said_to_be_so()
    {
        await StartAsync();
        var nowhere = new Machine(new SshShell(new SshOptions { Target = new SshTarget("127.0.0.1", Port: 1), ConfigFile = There.ClientConfig }));
        var failure = await Assert.ThrowsAsync<MachineException>(() => nowhere.LookAsync(Cancel));
        Assert.Contains("127.0.0.1:1 cannot be reached over SSH", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Connection refused", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_may_not_become_root_is_told_what_is_missing()
    {
        await StartAsync();
        There.Install("sudo", "#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n");
        var failure = await Assert.ThrowsAsync<MachineException>(() => Machine(user: "plain").LookAsync(Cancel));
        Assert.Contains("sudo: a password is required", failure.Message, StringComparison.Ordinal);
        Assert.Contains("NOPASSWD", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_with_sudo_does_all_of_it_by_sudo_and_nothing_secret_is_in_a_command()
    {
        var shell = new RecordingShell("uid 1000", "processor x86_64", "ssh 10.0.0.9 5000 10.0.0.1 22", "sudo yes");
        var machine = new Machine(shell);
        Assert.Equal("10.0.0.1", (await machine.LookAsync(Cancel)).Address?.ToString());
        await MakeNodeAsync(machine, await ProgramAsync("#!/bin/sh\n"));
        Assert.Equal(["sh", "sudo -n sh -c 'umask 077 && mkdir -p /var/lib/skyswarm && cat > /var/lib/skyswarm/sky.upload'", "sudo -n sh"], shell.Commands);
        Assert.Contains(_token.Text, shell.Inputs[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_for_another_processor_is_not_copied()
    {
        var machine = await StartAsync();
        var elf = new byte[64];
        "\x7fELF"u8.CopyTo(elf);
        elf[18] = (await machine.LookAsync(Cancel)).Processor == "x86_64" ? (byte)183 : (byte)62;
        var path = Path.Combine(_folder, "sky");
        await File.WriteAllBytesAsync(path, elf, Cancel);
        var failure = await Assert.ThrowsAsync<MachineException>(async () => await machine.CopyAsync(await NodeProgram.ReadAsync(path, Cancel), _progress.Add, Cancel));
        Assert.Contains("build sky for that one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_Docker_that_are_there_stay_and_must_do()
    {
        var machine = await StartAsync();
        var file = Path.Combine(There.Root, "etc/docker/daemon.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, """{"default-runtime": "nvidia"}""", Cancel);
        var failure = await Assert.ThrowsAsync<MachineException>(async () => await MakeNodeAsync(machine, await ProgramAsync("#!/bin/sh\n")));
        Assert.Contains("configuring Docker", failure.Message, StringComparison.Ordinal);
        Assert.Contains("\"no-new-privileges\": true", failure.Message, StringComparison.Ordinal);

        const string Enough = """{"default-runtime": "nvidia", "no-new-privileges" : true}""";
        await File.WriteAllTextAsync(file, Enough, Cancel);
        await MakeNodeAsync(Machine(), await ProgramAsync("#!/bin/sh\n"));
        Assert.Equal(Enough, await File.ReadAllTextAsync(file, Cancel));

        await File.WriteAllTextAsync(file, """{"no-new-privileges": true, "hosts": ["tcp://0.0.0.0:2375"]}""", Cancel);
        failure = await Assert.ThrowsAsync<MachineException>(async () => await MakeNodeAsync(Machine(), await ProgramAsync("#!/bin/sh\n")));
        Assert.Contains("\"hosts\"", failure.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        if (_there is not null)
        {
            await _there.DisposeAsync();
        }
    }

    private async Task<Machine> StartAsync()
    {
        Assert.SkipWhen(SshMachine.SkipReason is not null, SshMachine.SkipReason ?? "");
        _there = await SshMachine.StartAsync();
        There.Install("dockerd", "#!/bin/sh\n");
        return Machine();
    }

    private Machine Machine(string? identity = null, string? user = null) => new(new SshShell(new SshOptions
    {
        Target = new SshTarget("127.0.0.1", user, There.Port),
        Identity = identity ?? There.Key,
        ConfigFile = There.ClientConfig,
    }));

    private async Task<NodeProgram> ProgramAsync(string text)
    {
        var path = Path.Combine(_folder, "sky");
        await File.WriteAllTextAsync(path, text, Cancel);
        return await NodeProgram.ReadAsync(path, Cancel);
    }

    private async Task MakeNodeAsync(Machine machine, NodeProgram program) => await machine.RunAsync(
        new NodeBootstrap
        {
            Binary = await machine.CopyAsync(program, _progress.Add, Cancel),
            BinarySha256 = program.Sha256,
            Controller = new Uri("https://127.0.0.1:1"),
            Node = new NodeKey(new ClusterName("c1"), new NodeName("n1")),
            Token = _token,
        },
        _progress.Add,
        Cancel);

    /// <summary>A machine that does nothing.</summary>
    private sealed class RecordingShell(params string[] facts) : IMachineShell
    {
        public string Name => "far";

        public List<string> Commands { get; } = [];

        public List<string> Inputs { get; } = [];

        public async Task<ShellRun> RunAsync(string command, Stream input, Action<string>? line, CancellationToken cancellationToken)
        {
            Commands.Add(command);
            using var reader = new StreamReader(input);
            Inputs.Add(await reader.ReadToEndAsync(cancellationToken));
            return new ShellRun(0, facts, []);
        }
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(There.Root, file));
}
