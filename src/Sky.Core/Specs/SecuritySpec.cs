namespace Sky.Core.Specs;

/// <summary>What a replica in a container may do: a profile, and what is loosened of it. Not acted on by the process engine.</summary>
public sealed record SecuritySpec
{
    /// <summary>Baseline, nothing loosened.</summary>
    public static SecuritySpec Default { get; } = new();

    public SecurityProfile Profile { get; init; }

    /// <summary>Capabilities without <c>CAP_</c>, upper case, sorted.</summary>
    public IReadOnlyList<string> AddCapabilities { get; init; } = [];

    /// <summary>Programs that are set-uid, such as <c>sudo</c>, work.</summary>
    public bool AllowPrivilegeEscalation { get; init; }

    /// <summary>With <see cref="SecurityProfile.Restricted"/>: the root can be written.</summary>
    public bool WritableRoot { get; init; }

    /// <summary>Absolute paths that are a tmpfs each, where the root is read-only.</summary>
    public IReadOnlyList<string> WritablePaths { get; init; } = [];

    /// <summary><c>UID</c> or <c>UID:GID</c>, or a name that the image knows; null: the image's, or with restricted a number that is nobody's where that is root.</summary>
    public string? RunAsUser { get; init; }

    /// <summary>Processes and threads together; null for the default of <see cref="DefaultPidsLimit"/>.</summary>
    public int? PidsLimit { get; init; }

    /// <summary>Bytes of <c>/dev/shm</c>; null: half the memory limit, or half the machine's memory where there is none.</summary>
    public long? ShmSize { get; init; }

    public const int DefaultPidsLimit = 4096;
}
