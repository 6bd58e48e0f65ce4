using Sky.Core.Specs;

namespace Sky.Core.Tests.Specs;

public sealed class SecurityTests
{
    private const string Rest = "image: a\nresources: {ports: 80}\nservice: {}\n";

    [Fact]
    public void A_file_that_says_nothing_is_baseline_with_nothing_loosened()
    {
        var security = Read("{}");

        Assert.Equal(SecurityProfile.Baseline, security.Profile);
        Assert.Empty(security.Loosenings());
        Assert.False(security.HasReadOnlyRoot);
    }

    [Fact]
    public void All_is_read()
    {
        var security = Read(
            "{profile: Restricted, add_capabilities: [CAP_SYS_PTRACE, NET_BIND_SERVICE, SYS_PTRACE], allow_privilege_escalation: true, writable_paths: [/var/cache, /run], "
            + "run_as_user: 1000:100, pids_limit: 100, shm_size: 512MB}");

        Assert.Equal(SecurityProfile.Restricted, security.Profile);
        Assert.Equal(["NET_BIND_SERVICE", "SYS_PTRACE"], security.AddCapabilities);
        Assert.Equal(["/run", "/var/cache"], security.WritablePaths);
        Assert.Equal(("1000:100", 100, 0.5), (security.RunAsUser, security.PidsLimit, security.ShmSize));
        Assert.True(security.HasReadOnlyRoot);
        Assert.Equal(
            ["add_capabilities: NET_BIND_SERVICE, SYS_PTRACE", "allow_privilege_escalation: true", "writable_paths: /run, /var/cache"],
            security.Loosenings());
    }

    [Theory]
    [InlineData("{profile: restricted, run_as_user: 0}", "run_as_user: 0")]
    [InlineData("{profile: restricted, run_as_user: root}", "run_as_user: root")]
    [InlineData("{profile: restricted, writable_root: true}", "writable_root: true")]
    [InlineData("{add_capabilities: SYS_ADMIN}", "add_capabilities: SYS_ADMIN")]
    [InlineData("{pids_limit: 5000}", "pids_limit: 5000")]
    public void What_is_given_beyond_the_profile_is_told(string security, string loosened) => Assert.Equal([loosened], Read(security).Loosenings());

    [Theory]
    [InlineData("{run_as_user: 0}")]
    [InlineData("{run_as_user: 1000}")]
    [InlineData("{writable_root: true}")]
    [InlineData("{writable_root: false}")]
    [InlineData("{pids_limit: 10}")]
    [InlineData("{shm_size: 64}")]
    public void What_gives_no_more_than_the_profile_loosens_nothing(string security) => Assert.Empty(Read(security).Loosenings());

    [Theory]
    [InlineData("{profile: privileged}", "security.profile", "baseline, restricted")]
    [InlineData("{add_capabilities: [ALL]}", "security.add_capabilities[0]", "a capability of Linux")]
    [InlineData("{add_capabilities: SYS_EVERYTHING}", "security.add_capabilities", "a capability of Linux")]
    [InlineData("{writable_paths: [cache]}", "security.writable_paths[0]", "an absolute path")]
    [InlineData("{writable_paths: [/proc]}", "security.writable_paths[0]", "outside of /proc")]
    [InlineData("{writable_paths: [/tmp, /sky/workdir]}", "security.writable_paths[1]", "outside of /proc")]
    [InlineData("{writable_paths: [/a/../etc]}", "security.writable_paths[0]", "without . and ..")]
    [InlineData("{writable_paths: [/a/]}", "security.writable_paths[0]", "without a slash at its end")]
    [InlineData("{run_as_user: '-1'}", "security.run_as_user", "UID, UID:GID or a user's name")]
    [InlineData("{run_as_user: 'a b'}", "security.run_as_user", "UID, UID:GID or a user's name")]
    [InlineData("{pids_limit: 0}", "security.pids_limit", "between 1 and")]
    [InlineData("{shm_size: much}", "security.shm_size", "A size is a number of GB")]
    [InlineData("{shm_size: 4+}", "security.shm_size", "A size is a number of GB")]
    [InlineData("{privileged: true}", "security.privileged", "name the capabilities that are needed in add_capabilities")]
    [InlineData("{host_network: true}", "security.host_network", "is not given that of its machine")]
    [InlineData("{host_pid: true}", "security.host_pid", "is not given that of its machine")]
    [InlineData("{host_ipc: true}", "security.host_ipc", "shm_size")]
    [InlineData("{devices: [/dev/sda]}", "security.devices", "resources.accelerators")]
    public void What_is_wrong_is_one_problem_at_its_place(string security, string path, string words)
    {
        var error = SpecFiles.Error($"security: {security}\n{Rest}");

        Assert.Equal(path, error.Path);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_stands_at_the_top() =>
        Assert.Contains("at the top of the file", SpecFiles.Error("image: a\nresources: {ports: 80}\nservice: {security: {profile: restricted}}\n").Message, StringComparison.Ordinal);

    [Fact]
    public void Another_profile_is_another_task_and_another_gate_is_not()
    {
        var plain = SpecFiles.Spec(Rest);

        Assert.False(SpecComparison.SameTask(plain, SpecFiles.Spec($"security: {{profile: restricted}}\n{Rest}")));
        Assert.True(SpecComparison.SameTask(plain, SpecFiles.Spec($"security: {{scan: {{scanner: none}}}}\n{Rest}")));
    }

    private static SecuritySpec Read(string security) => SpecFiles.Spec($"security: {security}\n{Rest}").Task.Security;
}
