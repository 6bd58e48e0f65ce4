using System.Globalization;
using Sky.Core.Engines;
using Sky.Core.Services;
using Sky.Providers.Engines.Process;
using Xunit;

namespace Sky.Providers.Tests.Engines.Process;

/// <summary>Counts the reads of this whole program, so nothing else may run meanwhile.</summary>
[Collection(nameof(ManyReplicasTests))]
[CollectionDefinition(nameof(ManyReplicasTests), DisableParallelization = true)]
public sealed class ManyReplicasTests : IAsyncDisposable
{
    private const int Count = 1000;
    private readonly ProcessWorld _world = new();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Listing_reads_each_replica_only_a_few_times()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "skipped: only Linux counts reads");
        var cancel = TestContext.Current.CancellationToken;
        for (var id = 1; id <= Count; id++)
        {
            var key = new ReplicaKey(new ServiceName("many"), new ReplicaId(id));
            Directory.CreateDirectory(_world.Folder(key));
            ReplicaFiles.Write(_world.File(key, "exit.json"), new ExitRecord { Exit = new ReplicaExit { Code = 1, LastLogLines = ["a", "b"] } }, durable: false);
        }

        await _world.Engine.ListAsync(cancel);
        var before = Reads();
        var listed = await _world.Engine.ListAsync(cancel);
        var reads = Reads() - before;
        Assert.Equal(Count, listed.Count);
        Assert.All(listed, replica => Assert.Equal(EngineReplicaState.Exited, replica.State));
        Assert.InRange(reads, 1, 4 * Count);
    }

    private static long Reads() => long.Parse(
        File.ReadLines("/proc/self/io").Single(line => line.StartsWith("syscr:", StringComparison.Ordinal))[6..], CultureInfo.InvariantCulture);
}
