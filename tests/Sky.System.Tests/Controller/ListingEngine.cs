using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.SystemTests.Controller;

/// <summary>An engine that only lists, as a test says.</summary>
internal sealed class ListingEngine(string name, Func<CancellationToken, Task<IReadOnlyList<EngineReplica>>> list) : IEngine
{
    public string Name => name;

    public Task<IReadOnlyList<EngineReplica>> ListAsync(CancellationToken cancellationToken) => list(cancellationToken);

    public Task RunAsync(RunRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task StopAsync(ReplicaKey replica, TimeSpan grace, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ForgetAsync(ReplicaKey replica, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<string> LogsAsync(ReplicaKey replica, int? tail, bool follow, CancellationToken cancellationToken) => throw new NotSupportedException();
}
