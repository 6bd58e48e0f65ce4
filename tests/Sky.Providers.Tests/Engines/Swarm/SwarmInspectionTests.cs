using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Docker;
using Sky.Providers.Engines.Swarm;
using Xunit;

namespace Sky.Providers.Tests.Engines.Swarm;

/// <summary>What services and tasks of a Swarm say of a replica.</summary>
public sealed class SwarmInspectionTests
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReplicaKey _key = new(new ServiceName("svc"), new ReplicaId(1));

    [Theory]
    [InlineData(TaskState.Running, false, EngineReplicaState.Running)]
    [InlineData(TaskState.Starting, false, EngineReplicaState.Created)]
    [InlineData(TaskState.Preparing, false, EngineReplicaState.Created)]
    [InlineData(TaskState.Running, true, EngineReplicaState.Stopping)]
    public void A_first_try(TaskState state, bool stopped, EngineReplicaState expected) =>
        Assert.Equal(expected, Inspect(stopped, Task(1, state)).State);

    [Fact]
    public void One_whose_container_runs_is_running_and_not_announced_before_Swarm_calls_it_so()
    {
        var details = new Dictionary<string, SwarmTaskDetails> { ["1"] = new() { StartedAt = _start, RunBegan = _start } };
        var seen = Inspect(Service(false, staged: false), false, details, Task(1, TaskState.Starting));
        Assert.Equal((EngineReplicaState.Running, false, _start), (seen.State, seen.Announced, seen.StartedAt));
        Assert.True(Inspect(Service(false, staged: false), false, details, Task(1, TaskState.Running)).Announced);
        Assert.False(Inspect(Service(false, staged: false), false, details, Task(1, TaskState.Failed, code: 1), Task(2, TaskState.Starting)).Announced);
        Assert.Equal(EngineReplicaState.SettingUp, Staged(new() { ["1"] = new() { StartedAt = _start } }, Task(1, TaskState.Starting)).State);
    }

    [Fact]
    public void A_crash_that_Swarm_mends_is_running_with_a_notice()
    {
        var seen = Inspect(false, Task(1, TaskState.Failed, code: 7), Task(2, TaskState.Running));
        Assert.Equal(EngineReplicaState.Running, seen.State);
        Assert.Equal("it crashed 1 time(s) and was started again (exit code 7)", seen.Notice);
        Assert.Equal(EngineReplicaState.Running, Inspect(false, Task(1, TaskState.Failed, code: 137), Task(2, TaskState.Ready, wanted: TaskState.Ready)).State);
    }

    [Fact]
    public void When_Swarm_tries_no_more_it_has_exited_as_the_last_try_did()
    {
        var seen = Inspect(false, Task(1, TaskState.Failed, code: 7), Task(2, TaskState.Failed, code: 137));
        Assert.Equal(EngineReplicaState.Exited, seen.State);
        Assert.Equal((137, "SIGKILL", "run"), (seen.Exit!.Code, seen.Exit.Signal, seen.Exit.Stage));
    }

    [Fact]
    public void An_end_by_itself_with_success_is_an_exit_too() =>
        Assert.Equal(0, Inspect(false, Task(1, TaskState.Complete)).Exit?.Code);

    [Fact]
    public void A_start_that_was_refused_each_time_is_a_provision_error()
    {
        var seen = Inspect(false, Task(1, TaskState.Rejected, error: "invalid mount config"), Task(2, TaskState.Rejected, error: "invalid mount config"));
        Assert.Equal((EngineReplicaState.Exited, "invalid mount config"), (seen.State, seen.ProvisionError));
    }

    [Fact]
    public void What_waits_says_for_what()
    {
        var seen = Inspect(false, Task(1, TaskState.Pending, error: "no suitable node (insufficient resources on 1 node)"));
        Assert.Equal((EngineReplicaState.Created, "no suitable node (insufficient resources on 1 node)"), (seen.State, seen.Notice));
    }

    [Fact]
    public void On_a_node_that_is_down_it_is_lost_and_once_it_is_to_end_it_has_ended()
    {
        var (running, instead) = (Task(1, TaskState.Running), Task(2, TaskState.Pending, error: "no suitable node"));
        Assert.Equal(EngineReplicaState.Lost, Inspect(false, nodeIsGone: true, running, instead).State);
        Assert.Equal(EngineReplicaState.Exited, Inspect(true, nodeIsGone: true, running, instead).State);
    }

    [Fact]
    public void One_that_never_was_to_start_has_exited_without_an_exit()
    {
        var seen = Inspect(true);
        Assert.Equal((EngineReplicaState.Exited, null, null), (seen.State, seen.Exit, seen.StartedAt));
    }

    [Fact]
    public void Setup_and_run_are_told_apart_by_what_the_node_says()
    {
        var details = new Dictionary<string, SwarmTaskDetails>();
        Assert.Equal(EngineReplicaState.SettingUp, Staged(details, Task(1, TaskState.Running)).State);
        Assert.Equal("setup", Staged(details, Task(1, TaskState.Failed, code: 3)).Exit?.Stage);
        details["1"] = new SwarmTaskDetails { RunBegan = _start };
        Assert.Equal((EngineReplicaState.Running, _start), (Staged(details, Task(1, TaskState.Running)).State, Staged(details, Task(1, TaskState.Running)).StartedAt));
        Assert.Equal("run", Staged(details, Task(1, TaskState.Failed, code: 3)).Exit?.Stage);
    }

    [Fact]
    public void A_kill_for_memory_is_told_unless_it_was_to_end_anyway()
    {
        var details = new Dictionary<string, SwarmTaskDetails> { ["1"] = new() { OutOfMemory = true, LastLines = ["x"] } };
        var seen = Inspect(Service(false, staged: false), false, details, Task(1, TaskState.Failed, code: 137));
        Assert.True(seen.Exit!.OutOfMemory);
        Assert.Equal(["x"], seen.Exit.LastLogLines);
        Assert.False(Inspect(Service(true, staged: false), false, details, Task(1, TaskState.Shutdown, code: 137)).Exit!.OutOfMemory);
    }

    private static EngineReplica Inspect(bool stopped, params SwarmTaskView[] tasks) => Inspect(stopped, nodeIsGone: false, tasks);

    private static EngineReplica Inspect(bool stopped, bool nodeIsGone, params SwarmTaskView[] tasks) =>
        Inspect(Service(stopped, staged: false), nodeIsGone, [], tasks);

    private static EngineReplica Staged(Dictionary<string, SwarmTaskDetails> details, SwarmTaskView task) =>
        Inspect(Service(false, staged: true), false, details, task);

    private static EngineReplica Inspect(SeenService service, bool nodeIsGone, Dictionary<string, SwarmTaskDetails> details, params SwarmTaskView[] tasks) =>
        SwarmInspection.Inspect(_key, service, tasks, _ => nodeIsGone, task => details.GetValueOrDefault(task.Id));

    private static SeenService Service(bool stopped, bool staged)
    {
        var labels = new Dictionary<string, string>();
        if (stopped)
        {
            labels[SwarmNames.StopLabel] = "true";
        }

        var container = new ContainerSpec { Labels = staged ? new Dictionary<string, string> { [ReplicaNames.StagedLabel] = "true" } : [] };
        return new SeenService { Id = "s", Version = 1, CreatedAt = _start, Labels = labels, Spec = new ServiceSpec { TaskTemplate = new TaskSpec { ContainerSpec = container } } };
    }

    private static SwarmTaskView Task(int id, TaskState state, int code = 0, string error = "", TaskState? wanted = null) => new()
    {
        Id = $"{id}",
        CreatedAt = _start.AddSeconds(id),
        At = _start.AddSeconds(id),
        State = state,
        Wanted = wanted ?? (state > TaskState.Running ? TaskState.Shutdown : TaskState.Running),
        Node = state == TaskState.Pending ? "" : "n",
        Container = state is TaskState.Starting or TaskState.Running or TaskState.Failed or TaskState.Complete or TaskState.Shutdown ? "c" : null,
        ExitCode = code,
        Error = error,
    };
}
