using Sky.Core.Services;
using Sky.Core.Traffic.Experiments;

namespace Sky.Testing.Simulation;

/// <summary>Says of every division the same of each version.</summary>
internal sealed class SimulatedExperiments : IExperimentStore
{
    /// <summary>By version.</summary>
    public IReadOnlyDictionary<int, ArmTotals> Arms { get; set; } = new Dictionary<int, ArmTotals>();

    public Task AddArmsAsync(ArmBatch batch, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task AddFeedbackAsync(FeedbackReport feedback, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyDictionary<int, ArmTotals>> ArmsAsync(ServiceName service, int generation, CancellationToken cancellationToken) => Task.FromResult(Arms);

    public Task<IReadOnlyDictionary<int, Moments>> FeedbackAsync(ServiceName service, int generation, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<int, Moments>>(new Dictionary<int, Moments>());
}
