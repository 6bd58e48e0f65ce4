namespace Sky.Core.Nodes.DockerAccess;

/// <summary>What a node's owner allows beyond what holds everywhere.</summary>
public sealed record DockerPolicy
{
    /// <summary>Docker's own fourteen: what a container has that says nothing.</summary>
    public static readonly IReadOnlyList<string> UsualCapabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    /// <summary>Nothing beyond.</summary>
    public static readonly DockerPolicy Default = new();

    /// <summary>Capabilities that containers may be given, upper case, without <c>CAP_</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = UsualCapabilities;

    public bool MayAdd(string capability)
    {
        var name = capability.ToUpperInvariant();
        return Capabilities.Contains(name.StartsWith("CAP_", StringComparison.Ordinal) ? name[4..] : name);
    }
}
