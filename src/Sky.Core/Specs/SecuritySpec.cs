using System.Globalization;

namespace Sky.Core.Specs;

/// <summary>What a replica in a container may do: a profile, and what is loosened of it. Processes of this machine are not held back by it.</summary>
public sealed record SecuritySpec
{
    public const int DefaultPidsLimit = 4096;

    /// <summary>Baseline, nothing loosened.</summary>
    public static SecuritySpec Default { get; } = new();

    public SecurityProfile Profile { get; init; }

    /// <summary>Capabilities without <c>CAP_</c>, upper case, sorted.</summary>
    public IReadOnlyList<string> AddCapabilities { get; init; } = [];

    /// <summary>Programs that are set-uid, such as <c>sudo</c>, work.</summary>
    public bool AllowPrivilegeEscalation { get; init; }

    /// <summary>Whether the image's files can be changed; null: with baseline they can.</summary>
    public bool? WritableRoot { get; init; }

    /// <summary>Absolute paths, sorted, that are a tmpfs each where the root is read-only.</summary>
    public IReadOnlyList<string> WritablePaths { get; init; } = [];

    /// <summary><c>UID</c>, <c>UID:GID</c>, or a name that the image knows; null: the image's user, or with restricted nobody's number where that is root.</summary>
    public string? RunAsUser { get; init; }

    /// <summary>Processes and threads together; null: <see cref="DefaultPidsLimit"/>.</summary>
    public int? PidsLimit { get; init; }

    /// <summary>GB of <c>/dev/shm</c>; null: half the memory limit, or half the machine's memory where there is none.</summary>
    public double? ShmSize { get; init; }

    /// <summary>Whether the image's files cannot be changed.</summary>
    public bool HasReadOnlyRoot => !(WritableRoot ?? Profile == SecurityProfile.Baseline);

    /// <summary>What is given beyond the profile, as it is written; empty for nothing.</summary>
    public IReadOnlyList<string> Loosenings()
    {
        List<string> loosened = [];
        Add(AddCapabilities.Count > 0, $"add_capabilities: {string.Join(", ", AddCapabilities)}");
        Add(AllowPrivilegeEscalation, "allow_privilege_escalation: true");
        Add(Profile == SecurityProfile.Restricted && WritableRoot is true, "writable_root: true");
        Add(WritablePaths.Count > 0, $"writable_paths: {string.Join(", ", WritablePaths)}");
        Add(Profile == SecurityProfile.Restricted && IsRoot(RunAsUser), $"run_as_user: {RunAsUser}");
        Add(PidsLimit > DefaultPidsLimit, string.Create(CultureInfo.InvariantCulture, $"pids_limit: {PidsLimit}"));
        return loosened;

        void Add(bool given, string written)
        {
            if (given)
            {
                loosened.Add(written);
            }
        }
    }

    /// <summary>Whether a user as written is root; null is not.</summary>
    public static bool IsRoot(string? user) => user?.Split(':')[0] is "0" or "root" or "";
}
