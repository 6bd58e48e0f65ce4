using Sky.Core.Planning;

namespace Sky.Controller.Probing;

/// <summary>Asks one replica once whether it is ready.</summary>
internal interface IProber
{
    /// <summary>A failure of any kind is a result; throws only when cancelled.</summary>
    Task<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken cancellationToken);
}
