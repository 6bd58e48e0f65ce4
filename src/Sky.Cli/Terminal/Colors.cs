using Sky.Core.Services;

namespace Sky.Cli.Terminal;

/// <summary>Terminal colours, and those of SkyServe's status words.</summary>
internal static class Colors
{
    public const string Red = "\e[31m";
    public const string Green = "\e[32m";
    public const string Yellow = "\e[33m";
    public const string Blue = "\e[34m";
    public const string Magenta = "\e[35m";
    public const string Cyan = "\e[36m";
    public const string Bold = "\e[1m";
    public const string Dim = "\e[2m";
    public const string Reset = "\e[0m";

    public static string Of(ServiceStatus status) => status switch
    {
        ServiceStatus.Ready => Green,
        ServiceStatus.ControllerInit or ServiceStatus.ReplicaInit => Blue,
        ServiceStatus.ShuttingDown => Yellow,
        ServiceStatus.NoReplica => Magenta,
        _ => Red,
    };

    public static string Of(ReplicaStatus status) => status switch
    {
        ReplicaStatus.Ready => Green,
        ReplicaStatus.Pending or ReplicaStatus.NotReady => Yellow,
        ReplicaStatus.Provisioning => Blue,
        ReplicaStatus.Starting => Cyan,
        ReplicaStatus.ShuttingDown or ReplicaStatus.Preempted => Magenta,
        _ => Red,
    };
}
