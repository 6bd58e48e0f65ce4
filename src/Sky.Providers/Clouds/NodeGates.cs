using Sky.Core.Clouds;

namespace Sky.Providers.Clouds;

/// <summary>Lets one call at a time work on a node. Few gates serve all nodes: now and then one waits for another.</summary>
internal sealed class NodeGates
{
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    /// <summary>To be disposed of when done.</summary>
    public async Task<IDisposable> EnterAsync(NodeId node, CancellationToken cancellationToken)
    {
        var gate = _gates[(uint)string.GetHashCode(node.Value, StringComparison.Ordinal) % _gates.Length];
        await gate.WaitAsync(cancellationToken);
        return new Entered(gate);
    }

    private sealed class Entered(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
