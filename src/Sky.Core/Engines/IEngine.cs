using Sky.Core.Services;

namespace Sky.Core.Engines;

/// <summary>
/// Who runs replicas on nodes. Every call is keyed by our replica, idempotent, and returns without waiting for the replica's own work.
/// Expected failures are <see cref="EngineException"/> named by the reaction they need; anything else is a bug.
/// </summary>
public interface IEngine
{
    /// <summary>Its own among all engines of a controller: <see cref="EngineName"/>.</summary>
    string Name { get; }

    /// <summary>
    /// Starts the replica, or does nothing where it was started before (also when it has ended since: a key is never run twice)
    /// or where a stop was asked for.
    /// </summary>
    Task RunAsync(RunRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for the end of the replica and all it started: first a polite signal, after <paramref name="grace"/> a hard one.
    /// Returns at once; <see cref="ListAsync"/> shows when it is over. An unknown replica is remembered as stopped, so that a late start is none.
    /// </summary>
    Task StopAsync(ReplicaKey replica, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Everything of this owner that the engine knows, ended replicas included until they are forgotten. Never what belongs to another owner.</summary>
    Task<IReadOnlyList<EngineReplica>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes what is left of an ended replica (files, logs). An unknown one is done. Fails with <see cref="EngineFailure.Busy"/> while it runs.</summary>
    Task ForgetAsync(ReplicaKey replica, CancellationToken cancellationToken);

    /// <summary>
    /// The replica's output, oldest first. <paramref name="tail"/> null: all that is kept. With <paramref name="follow"/> it goes on until the replica ends.
    /// Yields nothing for an unknown replica.
    /// </summary>
    IAsyncEnumerable<string> LogsAsync(ReplicaKey replica, int? tail, bool follow, CancellationToken cancellationToken);
}
