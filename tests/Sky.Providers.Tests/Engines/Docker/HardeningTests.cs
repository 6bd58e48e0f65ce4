using System.Globalization;
using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Testing.Docker;
using Xunit;

namespace Sky.Providers.Tests.Engines.Docker;

/// <summary>What a replica can do, asked within real containers.</summary>
public sealed class HardeningTests(SharedDocker shared) : DockerTestBase(shared)
{
    /// <summary>By their numbers in capability.h: the bounding set of Docker's fourteen without NET_RAW, MKNOD and AUDIT_WRITE.</summary>
    private const long BaselineCapabilities = 1L << 0 | 1L << 1 | 1L << 3 | 1L << 4 | 1L << 5 | 1L << 6 | 1L << 7 | 1L << 8 | 1L << 10 | 1L << 18 | 1L << 31;

    private const string Status = "while read -r name value; do case $name in CapEff:|CapBnd:|NoNewPrivs:|Seccomp:) echo $name$value;; esac; done </proc/self/status; id -u";

    private static readonly SecuritySpec _restricted = new() { Profile = SecurityProfile.Restricted };

    [Fact]
    public async Task Baseline_is_root_with_few_capabilities_and_no_way_to_more()
    {
        var status = await RunAsync(Status);

        Assert.Equal([$"CapEff:{Hex(BaselineCapabilities)}", $"CapBnd:{Hex(BaselineCapabilities)}", "NoNewPrivs:1", "Seccomp:2", "0"], status);
    }

    [Fact]
    public async Task Restricted_has_no_capability_is_nobody_and_cannot_write_its_root()
    {
        var output = await RunAsync($"{Status}\ntouch /x 2>&1 | cat\ntouch /bin/x 2>&1 | cat\ntouch /tmp/x && echo tmp", _restricted);

        Assert.Contains($"CapEff:{Hex(0)}", output);
        Assert.Contains($"CapBnd:{Hex(0)}", output);
        Assert.Contains("NoNewPrivs:1", output);
        Assert.Contains("65532", output);
        Assert.Contains("touch: cannot touch '/x': Read-only file system", output);
        Assert.Contains("touch: cannot touch '/bin/x': Read-only file system", output);
        Assert.Contains("tmp", output);
    }

    [Fact]
    public async Task What_is_loosened_by_name_is_given_and_nothing_else()
    {
        var output = await RunAsync(
            $"{Status}\ntouch /var-cache/x && echo written\ntouch /x 2>/dev/null || echo read-only",
            _restricted with { AddCapabilities = ["NET_BIND_SERVICE"], AllowPrivilegeEscalation = true, WritablePaths = ["/var-cache"], RunAsUser = "1000" });

        Assert.Contains($"CapBnd:{Hex(1L << 10)}", output);
        Assert.Contains("NoNewPrivs:0", output);
        Assert.Contains("1000", output);
        Assert.Contains("written", output);
        Assert.Contains("read-only", output);
    }

    [Fact]
    public async Task Setup_and_run_work_under_restricted_and_the_workdir_can_be_written()
    {
        var archive = await WorkdirAsync();
        try
        {
            var request = Request(Key(), "cat made; pwd; id -u\nexit 0", setup: "cat given > made");
            await Engine.RunAsync(request with { Task = request.Task with { Security = _restricted }, WorkdirArchive = archive }, Cancel);
            var ended = await UntilAsync(request.Replica, EngineReplicaState.Exited);

            Assert.Equal(["from the workdir", "/sky/workdir", "65532"], await LinesAsync(request.Replica, null));
            Assert.Equal((0, "run"), (ended.Exit?.Code, ended.Exit?.Stage));
            Assert.True(ended.StartedAt >= ended.LaunchedAt);
        }
        finally
        {
            File.Delete(archive);
        }
    }

    [Fact]
    public async Task There_are_no_more_processes_than_allowed()
    {
        var output = await RunAsync("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 60 & done 2>&1\necho \"jobs $(jobs -p | grep -c .)\"", new SecuritySpec { PidsLimit = 10 });

        Assert.Contains(output, line => line.Contains("Resource temporarily unavailable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_socket_of_Docker_and_no_path_of_the_machine_is_there()
    {
        var output = await RunAsync("ls /var/run/docker.sock 2>&1 | cat\nwhile read -r device path kind rest; do case $kind in ext4|overlay|btrfs|xfs) echo $path;; esac; done </proc/mounts");

        Assert.Contains(output, line => line.Contains("No such file or directory", StringComparison.Ordinal));
        Assert.Equal(["/", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/sbin/docker-init", "/sky"], output.Where(line => line.StartsWith('/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_takes_more_memory_than_its_limit_is_ended_and_says_so()
    {
        var request = Request(Key(), "perl -e '$x .= \"x\" x 1048576 while 1'\nexit 9");
        await Engine.RunAsync(request with { Resources = new ResourceCandidate { Memory = new ResourceAmount(0.03125, AtLeast: false) } }, Cancel);
        var ended = await UntilAsync(request.Replica, EngineReplicaState.Exited);

        Assert.True(ended.Exit?.OutOfMemory);
        Assert.Equal(9, ended.Exit?.Code);
    }

    [Fact]
    public async Task Shared_memory_is_half_the_memory_limit_unless_told()
    {
        const string size = "while read -r device path kind options rest; do [ $path = /dev/shm ] && echo $options; done </proc/mounts";
        var limited = await RunAsync(size, resources: new ResourceCandidate { Memory = new ResourceAmount(0.25, AtLeast: false) });
        Assert.Contains("size=131072k", Assert.Single(limited), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shared_memory_is_what_is_told()
    {
        const string size = "while read -r device path kind options rest; do [ $path = /dev/shm ] && echo $options; done </proc/mounts";
        Assert.Contains("size=65536k", Assert.Single(await RunAsync(size, new SecuritySpec { ShmSize = 0.0625 })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_processor_is_shared_as_the_limit_says()
    {
        Assert.SkipUnless(File.Exists("/sys/fs/cgroup/cpu/cpu.stat") || File.Exists("/sys/fs/cgroup/cgroup.controllers"), "this machine has no cgroup counters");
        var request = Request(Key(), "while :; do :; done");
        await Engine.RunAsync(request with { Resources = new ResourceCandidate { Cpus = new ResourceAmount(0.2, AtLeast: false) } }, Cancel);
        await UntilAsync(request.Replica, EngineReplicaState.Running);
        var id = (await World.InspectAsync(request.Replica)).GetProperty("Id").GetString();
        string[] counters = [$"/sys/fs/cgroup/cpu/docker/{id}/cpu.stat", $"/sys/fs/cgroup/system.slice/docker-{id}.scope/cpu.stat", $"/sys/fs/cgroup/docker/{id}/cpu.stat"];
        var counter = Assert.Single(counters, File.Exists);

        while (Throttled(counter) < 3)
        {
            await Task.Delay(50, Cancel);
        }
    }

    /// <summary>Periods in which it was held back.</summary>
    private static long Throttled(string counter) => long.Parse(
        File.ReadLines(counter).Single(line => line.StartsWith("nr_throttled ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    private static string Hex(long capabilities) => capabilities.ToString("x16", CultureInfo.InvariantCulture);

    private static async Task<string> WorkdirAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sky-workdir-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "given"), "from the workdir\n", Cancel);
        var archive = folder.FullName + ".tar";
        await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(folder.FullName, archive, includeBaseDirectory: false, Cancel);
        folder.Delete(recursive: true);
        return archive;
    }
}
