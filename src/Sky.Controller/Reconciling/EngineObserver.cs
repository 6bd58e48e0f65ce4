using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Controller.Reconciling;

/// <summary>Lists the engines' replicas once for all services that want to know at about the same time.</summary>
internal sealed partial class EngineObserver(IEngines engines, TimeProvider time, ILogger<EngineObserver> logger) : IDisposable
{
    private static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<string, EngineListing> _listings = new();
    private long _sequence;
    private readonly Observation _none = new(0, DateTimeOffset.MinValue, null);
    private volatile Observation? _latest;

    /// <summary>Engines that could not be asked lately, by name, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> Silent => (_latest ?? _none).Silent;

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
        var all = engines.All;
        var answers = await Task.WhenAll(all.Select(engine => ListAsync(engine, cancellationToken)));
        var silent = all.Zip(answers).Where(pair => pair.Second.Replicas is null).ToDictionary(pair => pair.First.Name, pair => pair.Second.Silence ?? "it does not answer");
        return silent.Count == all.Count
            ? new Observation(sequence, at, null) { Silent = silent }
            : new Observation(sequence, at, Group(answers.Select(answer => answer.Replicas).OfType<IReadOnlyList<EngineReplica>>())) { Silent = silent };
    }

    /// <summary>What the engine lists; else why it cannot be asked.</summary>
    private async Task<(IReadOnlyList<EngineReplica>? Replicas, string? Silence)> ListAsync(IEngine engine, CancellationToken cancellationToken)
    {
        var listing = _listings.GetOrAdd(engine.Name, static (_, time) => new EngineListing(time), time);
        try
        {
            var listed = await listing.ListAsync(engine, ListTimeout, cancellationToken);
            if (listing.Failed)
            {
                listing.Failed = false;
                LogBack(engine.Name);
            }

            return (listed, null);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (!listing.Failed)
            {
                listing.Failed = true;
                LogUnavailable(engine.Name, e is EngineException or TimeoutException ? e.Message : e.ToString());
            }

            return (null, e is EngineException or TimeoutException ? e.Message.TrimEnd('.') : $"an unexpected failure of engine {engine.Name}; the controller's log has more");
        }
    }

    /// <summary>A replica that two engines know runs where it has not ended.</summary>
    private static Dictionary<ServiceName, IReadOnlyDictionary<ReplicaId, EngineReplica>> Group(IEnumerable<IReadOnlyList<EngineReplica>> listed)
    {
        var services = new Dictionary<ServiceName, IReadOnlyDictionary<ReplicaId, EngineReplica>>();
        foreach (var service in listed.SelectMany(replicas => replicas).GroupBy(replica => replica.Replica.Service))
        {
            var replicas = new Dictionary<ReplicaId, EngineReplica>();
            foreach (var replica in service)
            {
                if (replicas.GetValueOrDefault(replica.Replica.Id) is null or { State: EngineReplicaState.Exited })
                {
                    replicas[replica.Replica.Id] = replica;
                }
            }

            services[service.Key] = replicas;
        }

        return services;
    }

    [LoggerMessage(2012, LogLevel.Error, "engine {Engine} cannot be asked: {Reason}")]
    private partial void LogUnavailable(string engine, string reason);

    [LoggerMessage(2013, LogLevel.Information, "engine {Engine} answers again")]
    private partial void LogBack(string engine);
}
