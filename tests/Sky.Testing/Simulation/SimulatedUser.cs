using Sky.Controller.Api;
using Sky.Core.Services;

namespace Sky.Testing.Simulation;

/// <summary>Asks for something at random, as people do.</summary>
internal sealed class SimulatedUser(SimulatedWorld world, Random random)
{
    private static ServiceName Name => SimulatedWorld.Name;

    /// <summary>What was asked so far, for the report of a failed run.</summary>
    public List<string> Asked { get; } = [];

    public Task UpAsync(UpdateMode mode = UpdateMode.Rolling)
    {
        var replicas = random.Next(1, 4);
        var request = new PutServiceRequest
        {
            Spec = TestSpecs.Spec(replicas, replicas + random.Next(0, 3), run: $"serve {random.Next(1000)}", qps: random.Next(2) == 0 ? 2 : null),
            Mode = mode,
        };
        return AskAsync($"up {mode} {replicas}", (stored, now) => PutService.Decide(Name, stored, request, now));
    }

    public Task SomethingAsync() => random.Next(10) switch
    {
        0 or 1 => UpAsync(UpdateMode.Rolling),
        2 or 3 => UpAsync(UpdateMode.BlueGreen),
        4 => ScaleAsync(random.Next(0, 5)),
        5 => ScaleAsync(null),
        6 => RollbackAsync(),
        7 => DownAsync(),
        8 => EndReplicaAsync(),
        _ => Load(random.Next(0, 12)),
    };

    public Task DownAsync() => AskAsync("down", (stored, now) => DeleteService.Decide(Name.Value, stored, purge: false, cut: random.Next(3) == 0, now));

    public Task RollbackAsync() => AskAsync("rollback", (stored, now) => RollbackService.Decide(Name.Value, stored, null, now));

    public Task ScaleAsync(int? replicas) =>
        AskAsync($"scale {replicas}", (stored, now) => ScaleService.Decide(Name.Value, stored, replicas, now));

    private Task EndReplicaAsync() => AskAsync(
        "down --replica-id",
        (stored, now) => DeleteReplica.Decide(
            Name.Value, stored, stored?.Replicas.Count > 0 ? stored.Replicas[random.Next(stored.Replicas.Count)].Id : new ReplicaId(1),
            purge: false, cut: random.Next(3) == 0, now));

    private Task Load(int rate)
    {
        Asked.Add($"load {rate}");
        world.RequestRate = rate;
        return Task.CompletedTask;
    }

    private async Task AskAsync(string what, Func<ServiceAggregate?, DateTimeOffset, Decision> verb)
    {
        Asked.Add(what);
        await world.AskAsync(verb);
    }
}
