using Sky.Testing.Docker;
using Sky.Testing.Processes;
using Sky.Testing.Ssh;
using Xunit;

namespace Sky.SystemTests.Clusters;

/// <summary>The real program makes machines nodes over SSH: real sshd, real script, real agents, real daemons; of systemd there is a stand-in.</summary>
[Trait("Category", "Heavy")]
public sealed class JoinOverSshTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cluster_is_made_of_two_machines_and_what_broke_off_is_made_good_by_the_same_command()
    {
        Assert.SkipWhen(SshMachine.SkipReason is not null, SshMachine.SkipReason ?? "");
        await using var bed = await ClusterBed.StartAsync(nodes: 2);
        await using var a = await MachineAsync(bed, 1);
        await using var b = await MachineAsync(bed, 2);
        var binary = Path.Combine(bed.Folder, "sky");
        await File.WriteAllTextAsync(binary, $"#!/bin/sh\nexec {SkyProgram.Path} \"$@\"\n", Cancel);
        File.SetUnixFileMode(binary, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var made = await bed.DoneAsync(["cluster", "create", "east", "--no-encryption", "--node", "a", .. To(a, binary)]);
        Assert.Contains("Node 'a' of cluster 'east' is ready at 10.99.0.1.", made, StringComparison.Ordinal);

        // The machine's sky is not what was sent: the script stops, and the token it had was not used.
        b.Install("sha256sum", "#!/bin/sh\ncase \"$*\" in '-c -') exit 1;; esac\nexec /usr/bin/sha256sum \"$@\"\n");
        string[] join = ["cluster", "join", "east", "b", .. To(b, binary)];
        var (code, said) = await bed.SkyAsync(join);
        Assert.Equal(1, code);
        Assert.Contains("stopped while installing sky", said, StringComparison.Ordinal);
        Assert.Equal("JOINING", await bed.StatusOfAsync(2));
        File.Delete(Path.Combine(b.Root, "bin/sha256sum"));

        await bed.DoneAsync(join);
        Assert.Equal("READY", await bed.StatusOfAsync(2));

        // Once more changes nothing there, and needs no token.
        var token = await File.ReadAllTextAsync(Path.Combine(b.Root, "etc/skyswarm/token"), Cancel);
        await bed.DoneAsync(join);
        Assert.Equal(token, await File.ReadAllTextAsync(Path.Combine(b.Root, "etc/skyswarm/token"), Cancel));
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(b.Root, "run/systemctl.calls"), Cancel), line => line == "restart skyswarm-node");

        // A node that was removed comes back by the same command.
        await bed.DoneAsync("cluster", "remove", "east", "b", "-y");
        await ClusterBed.UntilAsync(async () => await bed.StatusOfAsync(2) is null, "b is out of the cluster");
        await bed.DoneAsync(join);
        Assert.Equal("READY", await bed.StatusOfAsync(2));

        var secret = token.Trim().Split('.')[2];
        var log = await File.ReadAllTextAsync(Path.Combine(bed.Folder, "home/controller.log"), Cancel);
        Assert.DoesNotContain(secret, log + made + said + b.Log + await File.ReadAllTextAsync(Path.Combine(b.Root, "run/agent.log"), Cancel), StringComparison.Ordinal);
    }

    private static string[] To(SshMachine machine, string binary) =>
        ["--ssh", $"root@{machine.Address}", "--identity", machine.Key, "--ssh-config", machine.ClientConfig, "--binary", binary];

    private static Task<SshMachine> MachineAsync(ClusterBed bed, int node) =>
        SshMachine.StartAsync(bed.Machines.NamespaceOf(node), SwarmBed.AddressOf(node), bed.Machines.Nodes[node - 1].Socket);
}
