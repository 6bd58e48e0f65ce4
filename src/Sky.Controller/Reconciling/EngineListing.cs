using Sky.Core.Engines;

namespace Sky.Controller.Reconciling;

/// <summary>
/// The listing of one engine. One that did not answer in time is not waited for again while that answer is still due,
/// so that it holds up the others once and not at every look.
/// </summary>
internal sealed class EngineListing(TimeProvider time)
{
    private Task? _due;

    /// <summary>Whether it is known not to answer.</summary>
    public bool Failed { get; set; }

    /// <summary>What the engine lists, each replica with the engine's name. Calls must not overlap.</summary>
    /// <exception cref="TimeoutException">It did not answer in time, now or before.</exception>
    public async Task<IReadOnlyList<EngineReplica>> ListAsync(IEngine engine, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_due is { IsCompleted: false })
        {
            throw NoAnswer(engine);
        }

        var listing = engine.ListAsync(cancellationToken);
        _due = listing;
        var listed = await InTimeAsync(engine, listing, timeout, cancellationToken);
        return engine.Name == EngineName.Process ? listed : [.. listed.Select(replica => replica with { Engine = engine.Name })];
    }

    private async Task<IReadOnlyList<EngineReplica>> InTimeAsync(IEngine engine, Task<IReadOnlyList<EngineReplica>> listing, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await listing.WaitAsync(timeout, time, cancellationToken);
        }
        catch (TimeoutException) when (!listing.IsCompleted)
        {
            throw NoAnswer(engine);
        }
    }

    private static TimeoutException NoAnswer(IEngine engine) => new($"engine {engine.Name} does not answer in time");
}
