using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Testing.Faults;

/// <summary>
/// An engine whose user may die before and after each effect: <c>run</c> and <c>ran</c>, <c>stop</c> and <c>stopped</c>, <c>forget</c> and <c>forgotten</c>.
/// </summary>
public sealed class CrashingEngine(IEngine inner, CrashPoint point) : IEngine
{
    public string Name => inner.Name;

    public Task RunAsync(RunRequest request, CancellationToken cancellationToken) =>
        BetweenAsync("run", () => inner.RunAsync(request, cancellationToken), "ran", cancellationToken);

    public Task StopAsync(ReplicaKey replica, TimeSpan grace, CancellationToken cancellationToken) =>
        BetweenAsync("stop", () => inner.StopAsync(replica, grace, cancellationToken), "stopped", cancellationToken);

    public async Task<IReadOnlyList<EngineReplica>> ListAsync(CancellationToken cancellationToken)
    {
        await point.PassAsync("list", cancellationToken);
        return await inner.ListAsync(cancellationToken);
    }

    public Task ForgetAsync(ReplicaKey replica, CancellationToken cancellationToken) =>
        BetweenAsync("forget", () => inner.ForgetAsync(replica, cancellationToken), "forgotten", cancellationToken);

    public IAsyncEnumerable<string> LogsAsync(ReplicaKey replica, int? tail, bool follow, CancellationToken cancellationToken) =>
        inner.LogsAsync(replica, tail, follow, cancellationToken);

    private async Task BetweenAsync(string before, Func<Task> effect, string after, CancellationToken cancellationToken)
    {
        await point.PassAsync(before, cancellationToken);
        await effect();
        await point.PassAsync(after, cancellationToken);
    }
}
