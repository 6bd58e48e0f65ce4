using Sky.Providers.Engines.Process;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

public sealed class ControlGroupTests
{
    private const string Own = "user/app/scope";

    [Fact]
    public void Without_limits_our_own_group_is_taken()
    {
        using var fake = World();
        var group = ControlGroups.Create(Request(), fake.Tree);
        Assert.Equal([fake.PathOf(Own + "/sky/hello-1")], group.Folders);
        Assert.Null(group.Notice);
    }

    [Fact]
    public void Limits_are_set_in_the_nearest_group_that_bears_them()
    {
        using var fake = World();
        fake.Existing("user/app", "memory", "cpu");
        var group = ControlGroups.Create(Request(memory: 1 << 20, cpus: 1.5), fake.Tree);
        var folder = Assert.Single(group.Folders);
        Assert.Equal(fake.PathOf("user/app/sky/hello-1"), folder);
        Assert.Equal("1048576", fake.Read(folder, "memory.max"));
        Assert.Equal("0", fake.Read(folder, "memory.swap.max"));
        Assert.Equal("150000 100000", fake.Read(folder, "cpu.max"));
        Assert.Null(group.Notice);
    }

    [Fact]
    public void Where_only_one_limit_can_be_had_it_is_set_and_the_other_named()
    {
        using var fake = World();
        fake.Existing("user/app", "memory");
        var group = ControlGroups.Create(Request(memory: 1 << 20, cpus: 2), fake.Tree);
        Assert.Equal([fake.PathOf("user/app/sky/hello-1")], group.Folders);
        Assert.True(group.LimitsMemory);
        Assert.Equal("this machine cannot enforce the CPU limit (control groups are not writable)", group.Notice);
    }

    [Fact]
    public void Where_no_limit_can_be_had_the_processes_are_still_found()
    {
        using var fake = World();
        var group = ControlGroups.Create(Request(memory: 1 << 20, cpus: 2), fake.Tree);
        Assert.Equal([fake.PathOf(Own + "/sky/hello-1")], group.Folders);
        Assert.Equal("this machine cannot enforce the memory and CPU limit (control groups are not writable)", group.Notice);
    }

    [Fact]
    public void Where_none_can_be_made_there_is_none()
    {
        using var fake = World();
        fake.Closed.UnionWith([Own, "user/app", "user", "."]);
        var group = ControlGroups.Create(Request(memory: 1), fake.Tree);
        Assert.Empty(group.Folders);
        Assert.Equal("this machine cannot enforce the memory limit (control groups are not writable)", group.Notice);
    }

    [Theory]
    [InlineData("oom_kill 0", false)]
    [InlineData("oom_kill 2", true)]
    [InlineData("oom 3", false)]
    public void A_kill_for_want_of_memory_is_counted(string line, bool killed)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"low 0\n{line}\noom_group_kill 0\n");
        Assert.Equal(killed, (ControlGroup.None with { MemoryEvents = file }).WasOutOfMemory());
        File.Delete(file);
        Assert.False((ControlGroup.None with { MemoryEvents = file }).WasOutOfMemory());
    }

    private static FakeControlTree World()
    {
        var fake = new FakeControlTree("/" + Own);
        fake.Existing("user");
        fake.Existing("user/app");
        fake.Existing(Own);
        return fake;
    }

    private static RunnerRequest Request(long? memory = null, double? cpus = null) => new()
    {
        Name = "hello-1",
        Token = "t",
        Port = 1,
        Environment = new Dictionary<string, string>(),
        Group = "sky",
        MemoryLimit = memory,
        CpuLimit = cpus,
    };
}
