using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Core.Traffic.Experiments;

/// <summary>
/// Where what was seen of arms is kept. Safe for concurrent use. Throws <see cref="StoreUnavailableException"/> when the medium fails; then nothing of
/// that write was done, or its outcome shows at the next read.
/// </summary>
public interface IExperimentStore
{
    /// <summary>Takes a gateway's word on arms over; an older one than what is known is dropped.</summary>
    Task AddArmsAsync(ArmBatch batch, CancellationToken cancellationToken);

    /// <summary>Writes down feedback, in the place of an earlier one on the same answer.</summary>
    Task AddFeedbackAsync(FeedbackReport feedback, CancellationToken cancellationToken);

    /// <summary>All gateways together, by version; versions of which nothing is known are not there.</summary>
    Task<IReadOnlyDictionary<int, ArmTotals>> ArmsAsync(ServiceName service, int generation, CancellationToken cancellationToken);

    /// <summary>Scores of feedback by version.</summary>
    Task<IReadOnlyDictionary<int, Moments>> FeedbackAsync(ServiceName service, int generation, CancellationToken cancellationToken);
}
