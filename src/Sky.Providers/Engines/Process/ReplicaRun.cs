using System.ComponentModel;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Process;

/// <summary>The life of one replica, in its runner: prepare, <c>setup</c>, <c>run</c>, end everything, record how it ended.</summary>
internal sealed class ReplicaRun(ReplicaFolder folder, RunnerRequest request, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortPoll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LeftoverGrace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);
    private readonly StopWish _stop = new(folder);
    private readonly OutputLog _log = new(folder.Root);
    private readonly ManualResetEventSlim _wake = new();
    private readonly List<OutputPump> _pumps = [];
    private readonly Dictionary<int, int> _ended = [];
    private ControlGroup _group = ControlGroup.None;
    private RunnerRecord _record = null!;
    private string? _provisionError;
    private bool _stopped;
    private bool _unrecorded;

    public void Execute()
    {
        Record(new RunnerRecord
        {
            Pid = Environment.ProcessId,
            StartTicks = ProcessTable.Find(Environment.ProcessId)?.StartTicks ?? 0,
            BootId = ProcessTable.BootId(),
            LaunchedAt = time.GetUtcNow(),
            Stage = ReplicaStage.Setup,
            Token = request.Token,
        });
        if (ReplicaPreparation.Prepare(folder, request, () => _stop.IsSet) is { } error)
        {
            ReplicaEnding.WriteWhenThereIsRoom(folder, new ExitRecord { LaunchedAt = _record.LaunchedAt, ProvisionError = error });
            return;
        }

        _group = ControlGroups.Create(request, ControlTree.OfThisMachine);
        Record(_record with { Groups = _group.Folders, Notice = _group.Notice });
        var exit = RunStages();
        EndLeftovers();

        // A part that was killed long ago, whose loss the rest survived, is not what ended the replica.
        var outOfMemory = exit is not null and not { Code: 0 } && !_stopped && _group.WasOutOfMemory();
        _group.Remove();
        ReplicaEnding.WriteWhenThereIsRoom(folder, new ExitRecord
        {
            LaunchedAt = _record.LaunchedAt,
            StartedAt = _record.StartedAt,
            Notice = _record.Notice,
            ProvisionError = _provisionError,
            Exit = exit is null ? null : exit with { OutOfMemory = outOfMemory, LastLogLines = _log.LastLines() },
        });
    }

    public void Dispose()
    {
        _stop.Dispose();
        _log.Dispose();
        _wake.Dispose();
    }

    /// <summary>Null when it was stopped before anything ran.</summary>
    private ReplicaExit? RunStages()
    {
        ReplicaExit? exit = null;
        foreach (var (stage, script) in new[] { (ReplicaStage.Setup, request.Setup), (ReplicaStage.Run, request.Run) })
        {
            if (_stop.IsSet)
            {
                return exit;
            }

            if (string.IsNullOrWhiteSpace(script))
            {
                continue;
            }

            if (stage == ReplicaStage.Run && (_provisionError = PortLostDuringSetup()) is not null)
            {
                return null;
            }

            if (TryStart(stage, script) is not { } leader)
            {
                return null;
            }

            var status = Attend(leader);
            exit = new ReplicaExit { Code = status?.Code, Signal = status?.Signal, Stage = stage, At = time.GetUtcNow() };
            if (status is not { Code: 0 })
            {
                return exit;
            }
        }

        return exit ?? new ReplicaExit { Code = 0, Stage = ReplicaStage.Run, At = time.GetUtcNow() };
    }

    /// <summary>A setup may take long enough for another program to come to the port; what setup itself left running may have it.</summary>
    private string? PortLostDuringSetup() =>
        ReplicaPreparation.PortProblem(request.Port) is { } problem && !Ours().Any() ? problem : null;

    /// <summary>Null, with the reason noted, when the system does not let it start.</summary>
    private SessionLeader? TryStart(string stage, string script)
    {
        var pump = new OutputPump(_log, _wake);
        try
        {
            var leader = ReplicaStage.Start(folder, stage, script, request, _group, pump);
            _pumps.Add(pump);
            Record(_record with
            {
                Stage = stage,
                StartedAt = stage == ReplicaStage.Run ? time.GetUtcNow() : null,
                Leaders = [.. _record.Leaders, leader],
            });
            return leader;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception)
        {
            pump.Dispose();
            _provisionError = $"{stage} could not be started: {error.Message}";
            return null;
        }
    }

    /// <summary>Waits for the end of a stage, or ends it when that is wished for.</summary>
    private WaitStatus? Attend(SessionLeader leader)
    {
        while (!HasEnded(leader.Pid))
        {
            if (_stop.IsSet)
            {
                _stopped = true;
                End(() => _stop.Grace);
                break;
            }

            WaitForNews();
        }

        return HasEnded(leader.Pid) ? WaitStatus.Parse(_ended[leader.Pid]) : null;
    }

    /// <summary>The end of the output comes a moment before the end of the process: then look often.</summary>
    private void WaitForNews()
    {
        if (_unrecorded)
        {
            Record(_record);
        }

        if (_wake.Wait(Poll))
        {
            _wake.Reset();
            for (var i = 0; i < 10 && !_record.Leaders.All(leader => HasEnded(leader.Pid)); i++)
            {
                Thread.Sleep(ShortPoll);
            }
        }
    }

    private bool HasEnded(int pid)
    {
        Reap();
        return _ended.ContainsKey(pid);
    }

    /// <summary>Takes note of ended children, adopted orphans among them.</summary>
    private void Reap()
    {
        while (LibC.WaitPid(-1, out var status, LibC.WaitNoHang) is > 0 and var pid)
        {
            _ended[pid] = status;
        }
    }

    /// <summary>What a stage left in the background ends with the replica.</summary>
    private void EndLeftovers()
    {
        End(() => LeftoverGrace);
        foreach (var pump in _pumps)
        {
            pump.Join(KillLimit);
            pump.Dispose();
        }
    }

    private void End(Func<TimeSpan> grace)
    {
        var all = Ours();
        Reap();
        if (!all.Any())
        {
            return;
        }

        var asked = time.GetTimestamp();
        all.Send(LibC.Terminate);
        for (var pause = ShortPoll; all.Any() && time.GetElapsedTime(asked) < grace(); pause = pause < Poll ? pause * 2 : Poll)
        {
            Thread.Sleep(pause);
            Reap();
        }

        // Nothing is recorded as ended while anything lives.
        while (!all.Kill(KillLimit, Reap))
        {
            Thread.Sleep(Poll);
        }

        Reap();
    }

    private Leftovers Ours() => new(request.Token, _record.Leaders, _record.Groups, Environment.ProcessId);

    /// <summary>A full disk does not end what runs: it is tried again.</summary>
    private void Record(RunnerRecord record)
    {
        _record = record;
        try
        {
            // Durable only once something runs: until then nothing may delay the start.
            ReplicaFiles.Write(folder.Runner, record, durable: record.Leaders.Count > 0);
            _unrecorded = false;
        }
        catch (IOException) when (record.Leaders.Count > 0)
        {
            _unrecorded = true;
        }
    }
}
