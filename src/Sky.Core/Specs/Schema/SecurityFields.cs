namespace Sky.Core.Specs.Schema;

/// <summary>The fields of <c>security:</c>.</summary>
internal static class SecurityFields
{
    public static TextForm Vulnerability { get; } = new("^[A-Za-z]+-[A-Za-z0-9-]+$", "be the id of a vulnerability, such as CVE-2026-1234");

    private static FieldGroup Ignored { get; } = new("security.scan.ignore[]", "A vulnerability that was looked at and is lived with.",
    [
        new("id", FieldTypes.Text, "Its id.") { Required = true, Form = Vulnerability, Example = "CVE-2026-1234" },
        new("until", FieldTypes.Text, "The last day (UTC) on which it is, such as 2027-01-31; for ever when it is left out.")
        {
            Form = new("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "be a day, such as 2027-01-31"),
        },
    ]);

    public static FieldGroup Scan { get; } = new("security.scan", "What an image must be free of for a version to be accepted.",
    [
        new("scanner", FieldTypes.Text, "Who looks: Trivy's command where `sky` runs, Amazon ECR where the image was pushed to, or nobody.") { Required = true, Choices = ["trivy", "ecr", "none"] },
        new("fail_on", FieldTypes.Text, "Findings of this severity and above refuse the image.") { Default = "critical", Choices = ["critical", "high", "medium", "low", "unknown"] },
        new("ignore_unfixed", FieldTypes.Boolean, "Findings that no released version mends do not refuse it.") { Default = "false" },
        new("ignore", FieldTypes.List, "Vulnerabilities that do not refuse it: an id, or a mapping with the day until which it is so.")
        {
            Each = new("vulnerability", FieldTypes.Text | FieldTypes.Map, "") { Form = Vulnerability, Fields = Ignored }, MostParts = 1000,
        },
    ]);

    /// <summary>All of Linux (capabilities(7)), as Docker writes them or with the prefix that the kernel has.</summary>
    private static readonly TextForm Capability = new(
        "^(CAP_)?(AUDIT_CONTROL|AUDIT_READ|AUDIT_WRITE|BLOCK_SUSPEND|BPF|CHECKPOINT_RESTORE|CHOWN|DAC_OVERRIDE|DAC_READ_SEARCH|FOWNER|FSETID|IPC_LOCK|IPC_OWNER|KILL|LEASE|LINUX_IMMUTABLE"
        + "|MAC_ADMIN|MAC_OVERRIDE|MKNOD|NET_ADMIN|NET_BIND_SERVICE|NET_BROADCAST|NET_RAW|PERFMON|SETFCAP|SETGID|SETPCAP|SETUID|SYSLOG|SYS_ADMIN|SYS_BOOT|SYS_CHROOT|SYS_MODULE|SYS_NICE"
        + "|SYS_PACCT|SYS_PTRACE|SYS_RAWIO|SYS_RESOURCE|SYS_TIME|SYS_TTY_CONFIG|WAKE_ALARM)$",
        "be a capability of Linux, such as SYS_PTRACE");

    private static readonly TextForm AbsolutePath = new("^/[^:]+$", "be an absolute path");

    private static readonly TextForm User = new("^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$", "be UID, UID:GID or a user's name");

    public static FieldGroup Group { get; } = new("security", "What a replica in a container may do, and what its image must be free of.",
    [
        new("profile", FieldTypes.Text, "baseline: root within the container, a writable root file system, no way to more rights. restricted: no capability, not root, a read-only root with a tmpfs at /tmp.")
        {
            Default = "baseline", Choices = ["baseline", "restricted"],
        },
        new("add_capabilities", FieldTypes.Text | FieldTypes.List, "Linux capabilities beyond the profile's.") { Form = Capability, Each = new("capability", FieldTypes.Text, "") { Form = Capability }, Example = "SYS_PTRACE" },
        new("allow_privilege_escalation", FieldTypes.Boolean, "Programs such as sudo may gain rights that whoever starts them does not have.") { Default = "false" },
        new("writable_root", FieldTypes.Boolean, "The image's files can be changed; true with baseline, false with restricted, unless said here."),
        new("writable_paths", FieldTypes.Text | FieldTypes.List, "Folders that are a tmpfs each, beside /tmp, where the root is read-only.") { Form = AbsolutePath, Each = new("path", FieldTypes.Text, "") { Form = AbsolutePath }, Example = "/var/cache" },
        new("run_as_user", FieldTypes.Integer | FieldTypes.Text, "Who runs in it: UID, UID:GID, or a name that the image knows. By default the image's user; with restricted 65532 where that is root.") { Minimum = 0, Maximum = FieldLimits.Users, Form = User, Example = "1000" },
        new("pids_limit", FieldTypes.Integer, "Most processes and threads of a replica.") { Default = "4096", Minimum = 1, Maximum = FieldLimits.Pids },
        new("shm_size", FieldTypes.Number | FieldTypes.Text, "The size of /dev/shm in GB, or text such as 16GB. By default half the memory limit, or half the machine's memory where there is none.") { Example = "16GB" },
        Refused("privileged", "name the capabilities that are needed in add_capabilities."),
        Refused("host_network", "a replica is reached at the port it listens on: remove it."),
        Refused("host_pid", "remove it."),
        Refused("host_ipc", "remove it, and say in shm_size how much /dev/shm is needed."),
        Refused("devices", "ask for GPUs in resources.accelerators."),
        new("scan", FieldTypes.Map, "The gate that images pass.") { Fields = Scan },
    ]);

    private static SpecField Refused(string name, string instead) =>
        new(name, FieldTypes.Any, "") { Use = FieldUse.Refused, Instead = $"A replica is not given that of its machine: {instead}" };
}
