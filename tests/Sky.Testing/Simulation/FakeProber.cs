using Sky.Controller.Probing;
using Sky.Core.Planning;
using Sky.Testing.Engines;

namespace Sky.Testing.Simulation;

/// <summary>Probes replicas of a <see cref="FakeEngine"/>.</summary>
internal sealed class FakeProber(FakeEngine engine, TimeProvider time) : IProber
{
    public Task<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken cancellationToken)
    {
        var passed = engine.Answers(target.Replica);
        return Task.FromResult(new ProbeResult(time.GetUtcNow(), passed, passed ? null : "connection refused"));
    }
}
