using System.Threading.Channels;

namespace Sky.Gateway.Reporting;

/// <summary>Says that a report should go now instead of with the next second. Raising it twice is raising it once.</summary>
internal sealed class ReportSignal
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => _raised.Writer.TryWrite(true);

    /// <summary>Waits until it is raised, and lowers it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _raised.Reader.ReadAsync(cancellationToken);

    public void Lower() => _raised.Reader.TryRead(out _);
}
