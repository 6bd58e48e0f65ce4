namespace Sky.Core.Services;

/// <summary>What is meant to happen to a service as a whole.</summary>
public enum ServicePhase
{
    /// <summary>The service is meant to run.</summary>
    Active,

    /// <summary><c>down</c> was asked for; replicas are being stopped.</summary>
    ShuttingDown,

    /// <summary>Nothing runs any more. The row stays so that versions are kept and ids never repeat; status does not show it.</summary>
    Down,
}
