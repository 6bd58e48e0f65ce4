using Microsoft.Extensions.Logging;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Controller.Reconciling;

/// <summary>Lists the engine's replicas once for all services that want to know at about the same time.</summary>
internal sealed partial class EngineObserver(IEngine engine, TimeProvider time, ILogger<EngineObserver> logger) : IDisposable
{
    private static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _gate = new(1);
    private long _sequence;
    private volatile Observation? _latest;
    private bool _unavailable;

    /// <summary>To be taken after an effect: an observation with a greater sequence has seen its outcome.</summary>
    public long Mark() => Interlocked.Read(ref _sequence);

    /// <summary>A listing that began after <paramref name="mark"/> and less than <paramref name="maxAge"/> ago.</summary>
    public async Task<Observation> ObserveAsync(long mark, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (Fresh(mark, maxAge) is { } known)
        {
            return known;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return Fresh(mark, maxAge) ?? (_latest = await ListAsync(cancellationToken));
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private Observation? Fresh(long mark, TimeSpan maxAge) =>
        _latest is { } latest && latest.Sequence > mark && time.GetUtcNow() - latest.At < maxAge ? latest : null;

    private async Task<Observation> ListAsync(CancellationToken cancellationToken)
    {
        var sequence = Interlocked.Increment(ref _sequence);
        var at = time.GetUtcNow();
        try
        {
            var listed = await engine.ListAsync(cancellationToken).WaitAsync(ListTimeout, time, cancellationToken);
            if (_unavailable)
            {
                _unavailable = false;
                LogBack(engine.Name);
            }

            return new Observation(sequence, at, Group(listed));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (!_unavailable)
            {
                _unavailable = true;
                LogUnavailable(engine.Name, e is EngineException or TimeoutException ? e.Message : e.ToString());
            }

            return new Observation(sequence, at, null);
        }
    }

    private static Dictionary<ServiceName, IReadOnlyDictionary<ReplicaId, EngineReplica>> Group(IReadOnlyList<EngineReplica> listed)
    {
        var services = new Dictionary<ServiceName, IReadOnlyDictionary<ReplicaId, EngineReplica>>();
        foreach (var service in listed.GroupBy(replica => replica.Replica.Service))
        {
            services[service.Key] = service.ToDictionary(replica => replica.Replica.Id);
        }

        return services;
    }

    [LoggerMessage(2012, LogLevel.Error, "engine {Engine} cannot be asked: {Reason}")]
    private partial void LogUnavailable(string engine, string reason);

    [LoggerMessage(2013, LogLevel.Information, "engine {Engine} answers again")]
    private partial void LogBack(string engine);
}
