using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Testing.Processes;
using Xunit;

namespace Sky.Providers.Tests.Engines;

/// <summary>What tests of engines ask and wait for.</summary>
public abstract class EngineTestBase
{
    protected const string Forever = "echo started\nexec sleep 600";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    protected abstract IEngine Engine { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static ReplicaKey Key(int id = 1, string service = "hello") => new(new ServiceName(service), new ReplicaId(id));

    /// <summary>The node replicas are placed on; null where the engine has only one.</summary>
    protected virtual string? NodeOfReplicas => null;

    protected RunRequest Request(ReplicaKey key, string run, string? setup = null)
    {
        var port = FreePorts.Take(1)[0];
        return new RunRequest
        {
            Replica = key,
            Version = 1,
            Task = new TaskSpec { Run = run, Setup = setup, TakesPort = true },
            Resources = new ResourceCandidate(),
            Node = NodeOfReplicas,
            Port = port,
            ListenPort = port,
            Variables = ReplicaVariables.For(key, 1, port),
        };
    }

    protected async Task<EngineReplica?> FindAsync(ReplicaKey key) =>
        (await Engine.ListAsync(Cancel)).SingleOrDefault(replica => replica.Replica == key);

    protected async Task<EngineReplica> UntilAsync(ReplicaKey key, EngineReplicaState state)
    {
        EngineReplica? last = null;
        for (var until = TimeProvider.System.GetUtcNow() + Deadline; TimeProvider.System.GetUtcNow() < until;)
        {
            last = await FindAsync(key);
            if (last?.State == state)
            {
                return last;
            }

            await Task.Delay(20, Cancel);
        }

        throw new TimeoutException($"{key} did not become {state}; it is {last}");
    }

    protected async Task<List<string>> LinesAsync(ReplicaKey key, int? tail)
    {
        var lines = new List<string>();
        await foreach (var line in Engine.LogsAsync(key, tail, follow: false, Cancel))
        {
            lines.Add(line);
        }

        return lines;
    }
}
