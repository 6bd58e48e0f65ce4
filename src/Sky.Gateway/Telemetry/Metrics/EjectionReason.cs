namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>Why a replica was taken out of rotation.</summary>
internal static class EjectionReason
{
    /// <summary>No connection to it could be opened.</summary>
    public const string ConnectFailed = "connect_failed";

    /// <summary>It fails, or much more often than the service's others.</summary>
    public const string Outlier = "outlier";
}
