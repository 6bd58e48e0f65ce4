using Sky.Core.Store;

namespace Sky.Core.Metering;

/// <summary>
/// Where usage is kept. Safe for concurrent use. Throws <see cref="StoreUnavailableException"/> when the medium fails; then nothing of that
/// write was done, or its outcome shows at the next read.
/// </summary>
public interface IUsageStore
{
    /// <summary>
    /// Adds settlements to the usage by hour. Each counts once, by gateway and sequence, however often and in whatever company it comes.
    /// One transaction: all of the batch or nothing. What is older than <see cref="UsageMemory.Oldest"/> is not added: whether it was is forgotten.
    /// </summary>
    Task AddUsageAsync(SettlementBatch batch, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Usage by hour, oldest first.</summary>
    Task<IReadOnlyList<UsageRow>> UsageAsync(UsageQuery query, CancellationToken cancellationToken);
}
