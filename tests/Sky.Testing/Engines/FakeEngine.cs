using System.Runtime.CompilerServices;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Testing.Engines;

/// <summary>
/// An engine in memory that behaves: it allocates ports, starts a key once, remembers stops, and outlives every controller that uses it,
/// for it is the world. Time-outs and delays follow the given clock. Safe for concurrent use.
/// </summary>
public sealed partial class FakeEngine(TimeProvider time, string name = EngineName.Process) : IEngine
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ReplicaKey, FakeReplica> _replicas = [];
    private readonly Dictionary<ReplicaKey, int> _starts = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => name;

    public Task RunAsync(RunRequest request, CancellationToken cancellationToken) =>
        DoAsync(FakeEngineCallKind.Run, request.Replica, () => Start(request), cancellationToken);

    public Task StopAsync(ReplicaKey replica, TimeSpan grace, CancellationToken cancellationToken) =>
        DoAsync(FakeEngineCallKind.Stop, replica, () => Stop(replica, grace), cancellationToken);

    public Task<IReadOnlyList<EngineReplica>> ListAsync(CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<EngineReplica>>(FakeEngineCallKind.List, null, () => [.. _replicas.Values.Select(r => r.ViewAt(Now))], cancellationToken);

    public Task ForgetAsync(ReplicaKey replica, CancellationToken cancellationToken) =>
        DoAsync(FakeEngineCallKind.Forget, replica, () => Forget(replica), cancellationToken);

    public async IAsyncEnumerable<string> LogsAsync(
        ReplicaKey replica, int? tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var read = await DoAsync(FakeEngineCallKind.Logs, replica, () => FirstLine(replica, tail), cancellationToken);
        while (true)
        {
            Task changed;
            string[] lines;
            bool ended;
            lock (_gate)
            {
                changed = _changed.Task;
                var known = _replicas.GetValueOrDefault(replica);
                lines = known is null ? [] : [.. known.Lines.Skip(read)];
                ended = known?.LivesAt(Now) != true;
            }

            foreach (var line in lines)
            {
                yield return line;
            }

            read += lines.Length;
            if (ended || !follow)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private void Start(RunRequest request)
    {
        if (_replicas.ContainsKey(request.Replica))
        {
            return;
        }

        var running = _replicas.Values.Where(r => r.Request is not null && r.LivesAt(Now)).ToList();
        if (running.Count >= Capacity)
        {
            throw new EngineException(EngineFailure.NoCapacity, "this machine has no room for another replica");
        }

        var taken = _foreignPorts.Contains(request.Port) || running.Any(r => r.Request!.Port == request.Port);
        var replica = new FakeReplica
        {
            Key = request.Replica,
            Request = request,
            LaunchedAt = Now,
            RunsFrom = taken ? null : Now + SetupTakes,
            ProvisionError = taken ? $"port {request.Port} is in use by another program" : null,
        };
        _replicas.Add(request.Replica, replica);
        _starts[request.Replica] = _starts.GetValueOrDefault(request.Replica) + 1;
        if (!taken)
        {
            replica.Play(Now);
        }
    }

    private void Stop(ReplicaKey key, TimeSpan grace)
    {
        if (!_replicas.TryGetValue(key, out var replica))
        {
            _replicas.Add(key, new FakeReplica { Key = key, StopsAt = Now });
        }
        else if (replica.LivesAt(Now))
        {
            var end = Now + (replica.Lost || StopTakes < grace ? StopTakes : grace);
            replica.StopsAt = replica.StopsAt is { } already && already < end ? already : end;
            replica.Lost = false;
        }
    }

    private void Forget(ReplicaKey key)
    {
        if (_replicas.TryGetValue(key, out var replica) && replica.LivesAt(Now))
        {
            throw new EngineException(EngineFailure.Busy, $"replica {key} is still running");
        }

        _replicas.Remove(key);
    }

    private int FirstLine(ReplicaKey key, int? tail)
    {
        var count = _replicas.GetValueOrDefault(key)?.Lines.Count ?? 0;
        return Math.Max(0, count - (tail ?? count));
    }
}
