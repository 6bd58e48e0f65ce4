using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Testing.Engines;

/// <summary>What a test does to the world and sees of it, past the contract.</summary>
public sealed partial class FakeEngine
{
    private readonly List<FakeEngineCall> _calls = [];
    private readonly List<(FakeEngineCallKind Kind, Exception Error, bool AfterEffect)> _failures = [];
    private readonly HashSet<int> _foreignPorts = [];

    /// <summary>How long <c>setup</c> takes.</summary>
    public TimeSpan SetupTakes { get; set; }

    /// <summary>How long a replica answers nothing after its <c>run</c> began; see <see cref="Answers(ReplicaKey)"/>.</summary>
    public TimeSpan ReadyTakes { get; set; }

    /// <summary>How long a replica takes to end when asked politely; its grace ends it earlier.</summary>
    public TimeSpan StopTakes { get; set; }

    /// <summary>How many replicas fit.</summary>
    public int Capacity { get; set; } = int.MaxValue;

    /// <summary>Called before and (true) after the effect of each call, outside of the lock; what it throws reaches the caller. For fault points.</summary>
    public Action<FakeEngineCall, bool>? OnCall { get; set; }

    public IReadOnlyList<FakeEngineCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The replicas whose processes live now, a lost one's leftovers included.</summary>
    public IReadOnlyList<RunRequest> Living
    {
        get
        {
            lock (_gate)
            {
                return [.. _replicas.Values.Where(r => r.Request is not null && r.LivesAt(Now)).Select(r => r.Request!)];
            }
        }
    }

    /// <summary>How the replica is now; null where the engine does not know it.</summary>
    public EngineReplicaState? StateOf(ReplicaKey replica)
    {
        lock (_gate)
        {
            return _replicas.GetValueOrDefault(replica)?.StateAt(Now);
        }
    }

    /// <summary>How often the key was really started. More than once is a bug of the caller or of the engine.</summary>
    public int StartsOf(ReplicaKey replica)
    {
        lock (_gate)
        {
            return _starts.GetValueOrDefault(replica);
        }
    }

    /// <summary>Every key that was ever started.</summary>
    public IReadOnlyList<ReplicaKey> Started
    {
        get
        {
            lock (_gate)
            {
                return [.. _starts.Keys];
            }
        }
    }

    /// <summary>The next such call fails; with <paramref name="afterEffect"/> only its answer is lost. Several are served in order.</summary>
    public void FailNext(FakeEngineCallKind kind, Exception error, bool afterEffect = false)
    {
        lock (_gate)
        {
            _failures.Add((kind, error, afterEffect));
        }
    }

    /// <inheritdoc cref="FailNext(FakeEngineCallKind, Exception, bool)"/>
    public void FailNext(FakeEngineCallKind kind, EngineFailure failure, bool afterEffect = false) =>
        FailNext(kind, new EngineException(failure, $"the test made {kind} fail"), afterEffect);

    /// <summary>The replica's process ends by itself.</summary>
    public void Crash(ReplicaKey replica, int? code = 1, string? signal = null, bool outOfMemory = false) => Change(replica, r => r.Exit = new ReplicaExit
    {
        Code = code,
        Signal = signal,
        OutOfMemory = outOfMemory,
        Stage = r.StateAt(Now) == EngineReplicaState.SettingUp ? "setup" : "run",
        At = Now,
        LastLogLines = [.. r.Lines.TakeLast(20)],
    });

    /// <summary>Its runner is killed: the replica is lost, and what it started lives on until it is stopped.</summary>
    public void KillRunner(ReplicaKey replica) => Change(replica, r => r.Lost = true);

    /// <summary>The machine restarts: nothing lives.</summary>
    public void Reboot()
    {
        lock (_gate)
        {
            foreach (var replica in _replicas.Values.Where(r => r.LivesAt(Now)))
            {
                replica.Exit = new ReplicaExit { At = Now };
            }
        }

        Signal();
    }

    /// <summary>The replica writes a line.</summary>
    public void Write(ReplicaKey replica, string line) => Change(replica, r => r.Lines.Add(line));

    /// <summary>Another program takes the port.</summary>
    public void TakePort(int port)
    {
        lock (_gate)
        {
            _foreignPorts.Add(port);
        }
    }

    /// <summary>Whether a probe of it would pass: it runs (a stopping or lost one still does) and <see cref="ReadyTakes"/> is over.</summary>
    public bool Answers(ReplicaKey replica)
    {
        lock (_gate)
        {
            return _replicas.TryGetValue(replica, out var known) && known.LivesAt(Now) && known.RunsFrom + ReadyTakes <= Now;
        }
    }

    /// <summary>Whether the replica that listens on this port would pass a probe.</summary>
    public bool Answers(int port) => Living.Any(request => request.Port == port && Answers(request.Replica));

    private void Change(ReplicaKey key, Action<FakeReplica> change)
    {
        lock (_gate)
        {
            if (_replicas.TryGetValue(key, out var replica) && replica.LivesAt(Now))
            {
                change(replica);
            }
        }

        Signal();
    }

    private Task DoAsync(FakeEngineCallKind kind, ReplicaKey? replica, Action effect, CancellationToken cancellationToken) =>
        DoAsync(kind, replica, () => { effect(); return 0; }, cancellationToken);

    private Task<T> DoAsync<T>(FakeEngineCallKind kind, ReplicaKey? replica, Func<T> effect, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = new FakeEngineCall(kind, replica, Now);
        try
        {
            OnCall?.Invoke(call, false);
            var result = Apply(call, effect);
            Signal();
            OnCall?.Invoke(call, true);
            return Task.FromResult(result);
        }
        catch (Exception error)
        {
            return Task.FromException<T>(error);
        }
    }

    private T Apply<T>(FakeEngineCall call, Func<T> effect)
    {
        lock (_gate)
        {
            _calls.Add(call);
            var index = _failures.FindIndex(f => f.Kind == call.Kind);
            var failure = index < 0 ? default : _failures[index];
            if (index >= 0)
            {
                _failures.RemoveAt(index);
            }

            if (failure is { Error: { } before, AfterEffect: false })
            {
                throw before;
            }

            var result = effect();
            return failure.Error is { } after ? throw after : result;
        }
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
