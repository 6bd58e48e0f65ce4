using Sky.Controller.Probing;
using Sky.Controller.Provisioning;
using Sky.Core.Planning;

namespace Sky.Bench.Scale;

/// <summary>Replicas that answer every probe at once, on a machine whose ports are all free.</summary>
internal sealed class ReadyAtOnce : IProber, IPortCheck
{
    private long _probes;

    public long Probes => Interlocked.Read(ref _probes);

    public Task<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _probes);
        return Task.FromResult(new ProbeResult(TimeProvider.System.GetUtcNow(), true, null));
    }

    public bool IsFree(int port) => true;
}
