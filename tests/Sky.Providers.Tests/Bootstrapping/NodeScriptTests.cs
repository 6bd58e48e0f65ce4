using System.Diagnostics;
using System.Security.Cryptography;
using Sky.Core.Nodes;
using Sky.Providers.Bootstrapping;
using Xunit;

namespace Sky.Providers.Tests.Bootstrapping;

/// <summary>The script in a root of its own, with stand-ins for what would change the machine.</summary>
public sealed class NodeScriptTests : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly string[] StandIns = ["apt-get", "systemctl", "iptables", "ip6tables"];
    private readonly string _folder = Directory.CreateTempSubdirectory("sky-bootstrap-").FullName;

    public NodeScriptTests()
    {
        Directory.CreateDirectory(Path.Combine(Root, "etc"));
        File.WriteAllText(Path.Combine(Root, "etc", "os-release"), "ID=ubuntu\nID_LIKE=debian\n");
        Directory.CreateDirectory(Path.Combine(_folder, "bin"));
        foreach (var program in StandIns)
        {
            StandIn(program, $"echo \"{program} $*\" >> '{Calls}'");
        }

        // Once it is installed it is there.
        StandIn("apt-get", $"echo \"apt-get $*\" >> '{Calls}'\ncase \"$*\" in *docker.io*) printf '#!/bin/sh\\n' > '{_folder}/bin/dockerd'; chmod 755 '{_folder}/bin/dockerd';; esac");
        foreach (var program in new[] { "sh", "cat", "cmp", "rm", "chmod", "mv", "mkdir", "dirname", "id", "sha256sum", "curl", "tr" })
        {
            File.CreateSymbolicLink(Path.Combine(_folder, "bin", program), new[] { "/usr/bin/", "/bin/" }.Select(at => at + program).First(File.Exists));
        }

        File.WriteAllText(Binary, "#!/bin/sh\n");
    }

    private string Root => Path.Combine(_folder, "root");

    private string Calls => Path.Combine(_folder, "calls");

    private const string DockerUnit = "etc/systemd/system/docker.service.d/skyswarm.conf";

    private const string AgentUnit = "etc/systemd/system/skyswarm-node.service";

    private string Binary => Path.Combine(_folder, "sky");

    private NodeBootstrap Wanted => new()
    {
        Binary = new Uri(Binary),
        BinarySha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Binary))),
        Controller = new Uri("https://127.0.0.1:1"),
        Node = new NodeKey(new ClusterName("c1"), new NodeName("n1")),
        Token = EnrolmentToken.From(new byte[EnrolmentToken.IdBytes + EnrolmentToken.SecretBytes], new string('a', 64)),
        DockerVersion = "20.10.24+dfsg1-1+deb12u1",
    };

    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        Directory.CreateDirectory(Path.Combine(Root, "run", "systemd", "system"));
        var (first, said) = await RunAsync(Wanted);
        Assert.True(first == 0, said);
        var (files, calls) = (Files(), File.ReadAllText(Calls));
        Assert.Contains("install -y --no-install-recommends docker.io=20.10.24+dfsg1-1+deb12u1", calls, StringComparison.Ordinal);
        Assert.Contains("systemctl restart docker\n", calls, StringComparison.Ordinal);
        Assert.Contains("systemctl restart skyswarm-node\n", calls, StringComparison.Ordinal);
        File.Delete(Calls);

        (first, said) = await RunAsync(Wanted);

        Assert.True(first == 0, said);
        Assert.Contains("nothing to do", said, StringComparison.Ordinal);
        Assert.Equal(files, Files());
        Assert.Equal("systemctl is-active --quiet skyswarm-node\n", string.Concat(File.ReadLines(Calls).Where(call => !IsRule(call)).Select(call => call + "\n")));
        Assert.All(File.ReadLines(Calls).Where(IsRule), call => Assert.Contains("-C PREROUTING", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_leaves_what_an_agent_needs_and_the_token_to_root_alone()
    {
        Assert.Equal(0, (await RunAsync(Wanted)).Code);
        Assert.Equal(Wanted.Token!.Text, File.ReadAllText(Path.Combine(Root, "etc/skyswarm/token")).Trim());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Root, "etc/skyswarm/token")));
        Assert.Contains("SKY_NODE_NAME=c1/n1\n", File.ReadAllText(Path.Combine(Root, "etc/skyswarm/node.env")), StringComparison.Ordinal);
        var daemon = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "etc/docker/daemon.json"))).RootElement;
        Assert.True(daemon.GetProperty("no-new-privileges").GetBoolean());
        Assert.False(daemon.TryGetProperty("hosts", out _));
        var unit = File.ReadAllText(Path.Combine(Root, "etc/systemd/system/skyswarm-node.service"));
        Assert.Contains("ExecStart=/usr/local/bin/sky node run\n", unit, StringComparison.Ordinal);
        Assert.DoesNotContain(Wanted.Token.Secret, unit + File.ReadAllText(Calls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metadata_service_is_closed_to_containers_before_the_first_daemon_at_each_start_of_one_and_of_the_agent()
    {
        Directory.CreateDirectory(Path.Combine(Root, "run", "systemd", "system"));
        StandIn("iptables", $"echo \"iptables $*\" >> '{Calls}'; case \"$*\" in *' -C '*) exit 1;; esac");
        Assert.Equal(0, (await RunAsync(Wanted)).Code);
        var calls = File.ReadAllLines(Calls).ToList();
        var first = calls.FindIndex(call => call.Contains("-I PREROUTING -d 169.254.0.0/16", StringComparison.Ordinal));
        Assert.InRange(first, 0, calls.IndexOf("systemctl restart docker"));
        Assert.Contains("iptables -w -t raw -I PREROUTING -d 168.63.129.16/32 -p tcp ! --dport 53 -j DROP", calls);
        Assert.Contains("ExecStartPre=/usr/local/bin/sky-container-metadata close\n", File.ReadAllText(Path.Combine(Root, DockerUnit)), StringComparison.Ordinal);
        Assert.Contains("ExecStartPre=+/usr/local/bin/sky-container-metadata close\nExecStart=", File.ReadAllText(Path.Combine(Root, AgentUnit)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_left_open_where_that_is_asked_for_and_opened_again()
    {
        Directory.CreateDirectory(Path.Combine(Root, "run", "systemd", "system"));
        Assert.Equal(0, (await RunAsync(Wanted with { AllowMetadata = true })).Code);
        Assert.DoesNotContain(File.ReadLines(Calls), IsRule);
        Assert.False(File.Exists(Path.Combine(Root, DockerUnit)));

        Assert.Equal(0, (await RunAsync(Wanted)).Code);
        File.Delete(Calls);
        StandIn("iptables", $"echo \"iptables $*\" >> '{Calls}'; exit 1");
        Assert.Equal(0, (await RunAsync(Wanted with { AllowMetadata = true })).Code);
        Assert.Contains(File.ReadLines(Calls), call => call.Contains("-D PREROUTING -d 169.254.0.0/16", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Root, DockerUnit)));
        Assert.DoesNotContain("metadata", File.ReadAllText(Path.Combine(Root, AgentUnit)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_on_which_it_cannot_be_closed_is_made_no_node()
    {
        Directory.CreateDirectory(Path.Combine(Root, "run", "systemd", "system"));
        StandIn("iptables", "echo 'iptables: no such table' >&2; exit 3");
        var (code, said) = await RunAsync(Wanted);
        Assert.Equal(1, code);
        Assert.Contains("iptables: no such table", said, StringComparison.Ordinal);
        Assert.Contains("--allow-metadata", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Root, AgentUnit)));
    }

    [Fact]
    public async Task Where_there_is_no_systemd_it_says_so_and_starts_nothing()
    {
        var (code, said) = await RunAsync(Wanted);
        Assert.Equal(0, code);
        Assert.Contains("there is no systemd here", said, StringComparison.Ordinal);
        Assert.DoesNotContain("systemctl", File.ReadAllText(Calls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_binary_than_the_one_asked_for_is_not_installed()
    {
        var (code, said) = await RunAsync(Wanted with { BinarySha256 = new string('0', 64) });
        Assert.Equal(1, code);
        Assert.Contains("SHA-256 differs", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Root, "usr/local/bin/sky")));
    }

    [Fact]
    public async Task A_new_version_of_sky_replaces_the_old_one_and_leaves_Docker_alone()
    {
        Directory.CreateDirectory(Path.Combine(Root, "run", "systemd", "system"));
        Assert.Equal(0, (await RunAsync(Wanted)).Code);
        File.Delete(Calls);
        File.WriteAllText(Binary, "#!/bin/sh\n# newer\n");
        Assert.Equal(0, (await RunAsync(Wanted)).Code);
        Assert.Contains("newer", File.ReadAllText(Path.Combine(Root, "usr/local/bin/sky")), StringComparison.Ordinal);
        Assert.DoesNotContain("restart docker", File.ReadAllText(Calls), StringComparison.Ordinal);
        Assert.Contains("restart skyswarm-node", File.ReadAllText(Calls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_breaks_off_is_made_good_by_the_next()
    {
        StandIn("curl", "exit 7");
        Assert.NotEqual(0, (await RunAsync(Wanted)).Code);
        File.Delete(Path.Combine(_folder, "bin", "curl"));
        File.CreateSymbolicLink(Path.Combine(_folder, "bin", "curl"), "/usr/bin/curl");
        Assert.Equal(0, (await RunAsync(Wanted)).Code);
        Assert.True(File.Exists(Path.Combine(Root, "etc/systemd/system/skyswarm-node.service")));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.95)]
    public async Task A_script_of_which_the_end_is_missing_does_nothing(double part)
    {
        var before = Files();
        var whole = NodeScript.Generate(Wanted);
        Assert.NotEqual(0, (await RunAsync(whole[..whole.LastIndexOf('\n', (int)(whole.Length * part))])).Code);
        Assert.Equal(before, Files());
        Assert.False(File.Exists(Calls));
    }

    [Theory]
    [InlineData("ID=fedora\n")]
    [InlineData("ID=arch\nID_LIKE=\"debianish\"\n")]
    public async Task On_other_systems_nothing_is_done(string release)
    {
        File.WriteAllText(Path.Combine(Root, "etc", "os-release"), release);
        var before = Files();
        Assert.Equal(1, (await RunAsync(Wanted)).Code);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Values_that_would_be_read_as_shell_are_refused()
    {
        Assert.Throws<ArgumentException>(() => NodeScript.Generate(Wanted with { DockerVersion = "1; rm -rf /" }));
        Assert.Throws<ArgumentException>(() => NodeScript.Generate(Wanted with { Binary = new Uri("https://x/'$(id)") }));
        Assert.Throws<ArgumentException>(() => NodeScript.Generate(Wanted with { BinarySha256 = "abc" }));
        Assert.Throws<ArgumentException>(() => NodeScript.Generate(Wanted with { Cloud = "other" }));
        Assert.DoesNotContain("@", NodeScript.Generate(Wanted).Replace("$@", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool IsRule(string call) => call.StartsWith("iptables ", StringComparison.Ordinal) || call.StartsWith("ip6tables ", StringComparison.Ordinal);

    private void StandIn(string program, string script)
    {
        var path = Path.Combine(_folder, "bin", program);
        File.Delete(path);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, Executable);
    }

    /// <summary>All files with when they were written and by whom they are read.</summary>
    private string Files() => string.Join('\n', Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Order()
        .Select(file => $"{file} {File.GetLastWriteTimeUtc(file).Ticks} {File.GetUnixFileMode(file)}"));

    private Task<(int Code, string Said)> RunAsync(NodeBootstrap node) => RunAsync(NodeScript.Generate(node));

    private async Task<(int Code, string Said)> RunAsync(string text)
    {
        var script = Path.Combine(_folder, "node.sh");
        await File.WriteAllTextAsync(script, text);
        var start = new ProcessStartInfo("/bin/sh", [script]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] = Path.Combine(_folder, "bin");
        start.Environment["SKY_ROOT"] = Root;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var said = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }
}
