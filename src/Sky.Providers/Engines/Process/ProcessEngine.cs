using Sky.Core;
using Sky.Core.Engines;
using Sky.Core.Services;

namespace Sky.Providers.Engines.Process;

/// <summary>Runs replicas as processes of this machine, each under a runner of its own that outlives the controller.</summary>
/// <param name="home">Where replicas' folders lie.</param>
/// <param name="runnerCommand">The program and first arguments that start a runner; the replica's folder is added as the last argument.</param>
/// <param name="time">The clock.</param>
public sealed class ProcessEngine(SkyHome home, IReadOnlyList<string> runnerCommand, TimeProvider time) : IEngine
{
    public string Name => "process";

    public Task RunAsync(RunRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task StopAsync(ReplicaKey replica, TimeSpan grace, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<IReadOnlyList<EngineReplica>> ListAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task ForgetAsync(ReplicaKey replica, CancellationToken cancellationToken) => throw new NotImplementedException();

    public IAsyncEnumerable<string> LogsAsync(ReplicaKey replica, int? tail, bool follow, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{home} {runnerCommand} {time}");
}
