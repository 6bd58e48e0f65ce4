namespace Sky.Core.Specs.Schema;

/// <summary>The fields of <c>resources:</c> and of its candidates.</summary>
internal static class ResourcesFields
{
    private const FieldTypes NumberOrText = FieldTypes.Number | FieldTypes.Text;

    public static FieldGroup Autostop { get; } = new("resources.autostop", "When an idle node stops by itself.",
    [
        new("idle_minutes", FieldTypes.Integer, "How long it must be idle.") { Minimum = 0 },
        new("down", FieldTypes.Boolean, "It is removed instead of stopped."),
        new("wait_for", FieldTypes.Text, "What counts as being used.") { Choices = ["jobs_and_ssh", "jobs", "none"] },
        new("hook", FieldTypes.Text, "A command run before."),
        new("hook_timeout", FieldTypes.Integer, "Seconds that command may take.") { Minimum = 1 },
    ]);

    public static FieldGroup TpuOptions { get; } = new("resources.accelerator_args", "Options of TPUs.",
    [
        new("runtime_version", FieldTypes.Text, "The version of the software."),
        new("tpu_name", FieldTypes.Text, "The name of the TPU."),
        new("tpu_vm", FieldTypes.Boolean, "It has a machine of its own."),
        new("gcp_queued_resource", FieldTypes.Boolean, "It is waited for in a queue."),
    ]);

    private static readonly SpecField[] OfOneCandidate =
    [
        new("infra", FieldTypes.Text, "Where: cloud[/region[/zone]], * for any.") { Example = "local" },
        new("cloud", FieldTypes.Text, "The cloud; infra says it shorter."),
        new("region", FieldTypes.Text, "The region; infra says it shorter."),
        new("zone", FieldTypes.Text, "The zone; infra says it shorter."),
        new("accelerators", FieldTypes.Text | FieldTypes.List | FieldTypes.Map,
            "A100:4, or A100 for one. A mapping ({A100: 4, L4: 1}) means any of them, a list means in this order.")
        {
            Example = "A100:4",
        },
        new("gpus", FieldTypes.Text | FieldTypes.List | FieldTypes.Map, "Another name of accelerators.") { AliasOf = "accelerators" },
        new("cpus", NumberOrText, "CPUs: 4, or 4+ for at least.") { Example = "4+" },
        new("memory", NumberOrText, "Memory in GB: 16, 16+, 16Gi, 1024MB.") { Example = "16+" },
        new("instance_type", FieldTypes.Text, "The cloud's name of a machine type."),
        new("use_spot", FieldTypes.Boolean, "Machines that the cloud may take away, for less. A machine one has is taken either way.") { Default = "false" },
        new("max_hourly_cost", FieldTypes.Number, "The highest price of one node, in US dollars an hour.") { Above = 0 },
        new("ports", FieldTypes.Integer | FieldTypes.Text | FieldTypes.List, "The ports a replica listens on: 8080, 10052-10100, or a list.")
        {
            Minimum = 1, Maximum = FieldLimits.Port, Parts = FieldTypes.Integer | FieldTypes.Text, Example = "8080",
        },
        new("image_id", FieldTypes.Text | FieldTypes.Map, "A machine image, or docker:IMAGE; a mapping gives one for each region.")
        {
            Parts = FieldTypes.Text, Use = FieldUse.Kept, ActedOn = "docker:",
        },
        new("disk_size", NumberOrText, "Disk in whole GB.") { Use = FieldUse.Kept },
        new("ephemeral_storage", NumberOrText, "Scratch disk of a pod, in whole GB.") { Use = FieldUse.Kept },
        new("disk_tier", FieldTypes.Text, "How fast the disk is.") { Choices = ["low", "medium", "high", "ultra", "best", "none"], Use = FieldUse.Kept, Idle = "none" },
        new("network_tier", FieldTypes.Text, "How fast the network is.") { Choices = ["standard", "best", "none"], Use = FieldUse.Kept, Idle = "none" },
        new("local_disk", FieldTypes.Text, "A disk inside the machine: nvme:1000+, ssd:500.")
        {
            Form = new("^(([nN][vV][mM][eE]|[sS][sS][dD])(:[0-9]+\\+?)?|[0-9]+\\+?|none)$", "be a kind (nvme, ssd), a size in GB, or both, such as nvme:1000+"), Use = FieldUse.Kept,
        },
        new("accelerator_args", FieldTypes.Map, "Options of TPUs.") { Fields = TpuOptions, Use = FieldUse.Kept },
        new("labels", FieldTypes.Map, "Labels of the nodes.") { Parts = FieldTypes.Text, Use = FieldUse.Kept },
        new("autostop", FieldTypes.Boolean | FieldTypes.Integer | FieldTypes.Text | FieldTypes.Map, "When an idle node stops by itself.")
        {
            Fields = Autostop, Use = FieldUse.Kept, Idle = "False", Form = new("^[0-9]+[smhdwSMHDW]?$", "be minutes, or a duration such as 10h"),
        },
        new("priority", FieldTypes.Integer, "Scheduling priority of a pod.") { Minimum = -1000, Maximum = 1000, Use = FieldUse.Kept },
        new("priority_class", FieldTypes.Text, "Scheduling class of a pod.") { Use = FieldUse.Kept },
        new("volumes", FieldTypes.List, "Disks attached to a node.") { ItemFields = MountFields.Disk, Use = FieldUse.Kept },
        new("job_recovery", FieldTypes.Any, "") { Use = FieldUse.Retired, Instead = "remove it: a replica that is lost is always replaced." },
        new("spot_recovery", FieldTypes.Any, "") { Use = FieldUse.Retired, Instead = "remove it: a spot replica that is lost is always replaced." },
    ];

    public static FieldGroup Candidate { get; } = new("resources.any_of[]", "One candidate; what it does not say stands in resources itself.", OfOneCandidate);

    public static FieldGroup Group { get; } = new("resources", "What a replica may run on.",
    [
        .. OfOneCandidate,
        new("any_of", FieldTypes.List, "Candidates; the cheapest that can be had is taken.") { ItemFields = Candidate },
        new("ordered", FieldTypes.List, "Candidates, tried in this order.") { ItemFields = Candidate },
        new("optimize", FieldTypes.Text, "What makes one place better than another: the lower price, nearness to the region named in near, or how little likely it is to go.")
        {
            Choices = ["cost", "latency", "availability"], Default = "cost",
        },
        new("near", FieldTypes.Text, "For optimize: latency, the region to be near to, as cloud/region.") { Example = "aws/eu-central-1" },
    ]);
}
