namespace Sky.Gateway.Ingress;

/// <summary>Marks a connection to the address of the metrics: nothing else is served on it.</summary>
internal sealed class MetricsConnection
{
    public static readonly MetricsConnection Instance = new();
}
