namespace Sky.Core.Specs;

/// <summary>Which secrets may be sent to a server of metrics.</summary>
public static class MetricSecrets
{
    /// <summary>
    /// Variables of the controller that a service file may name begin with this. Any other could be had by naming it with an address of one's own.
    /// </summary>
    public const string Prefix = "SKY_METRICS_";
}
