namespace Sky.Core.Specs.Schema;

/// <summary>The fields at the top of a service file.</summary>
internal static class TaskFields
{
    public static FieldGroup Build { get; } = new("image.build", "How the image is built.",
    [
        new("context", FieldTypes.Text, "The folder that is built.") { Default = "." },
        new("dockerfile", FieldTypes.Text, "The Dockerfile, in the context.") { Default = "Dockerfile" },
        new("args", FieldTypes.Map, "Values of the Dockerfile's ARGs. Everybody who has the image can read them.") { Parts = FieldTypes.Scalar },
        new("target", FieldTypes.Text, "The stage to build; the last one when it is left out.") { Form = new("^[A-Za-z0-9][A-Za-z0-9_.-]*$", "be the name or the number of a stage") },
        new("prepare", FieldTypes.Text, "Bash run before each build, here and as you, in the file's folder: it makes what the context lacks."),
    ]);

    public static FieldGroup Image { get; } = new("image", "The container image.",
    [
        new("build", FieldTypes.Map | FieldTypes.Text, "What to build; text is the context.") { Fields = Build },
        new("repository", FieldTypes.Text, "Where the built image is pushed to, or the image to pull."),
        new("tag", FieldTypes.Scalar, "The tag of the image."),
    ]);

    public static FieldGroup GitWorkdir { get; } = new("workdir", "A git repository.",
    [
        new("url", FieldTypes.Text, "Address of the repository.") { Required = true },
        new("ref", FieldTypes.Scalar, "Branch, tag or commit."),
    ]);

    public static FieldGroup Networking { get; } = new("networking", "The short form of ports.",
    [
        new("port", FieldTypes.Integer, "The port the service answers on.") { Minimum = 1, Maximum = FieldLimits.Port },
    ], Open: true);

    private static SpecField AFileOrStorage { get; } = new("source", FieldTypes.Text | FieldTypes.Map, "")
    {
        Fields = MountFields.Storage, Form = MountFields.Target,
    };

    private static SpecField AStorage { get; } = new("storage", FieldTypes.Map, "") { Fields = MountFields.Storage };

    private static SpecField AVolume { get; } = new("volume", FieldTypes.Text | FieldTypes.Map, "") { Fields = MountFields.Volume };

    public static FieldGroup Group { get; } = new("", "What a replica is and runs.",
    [
        new("name", FieldTypes.Scalar, "The default name of the service.") { Example = "hello" },
        new("service", FieldTypes.Map, "How it is served.") { Fields = ServiceFields.Group },
        new("resources", FieldTypes.Map, "What it may run on.") { Fields = ResourcesFields.Group },
        new("workdir", FieldTypes.Text | FieldTypes.Map, "A folder that each replica gets a copy of, or a git repository.") { Fields = GitWorkdir },
        new("setup", FieldTypes.Text | FieldTypes.List, "Bash that prepares a replica; a list is joined by line ends.") { Parts = FieldTypes.Scalar },
        new("run", FieldTypes.Text | FieldTypes.List, "Bash that serves; a list is joined by line ends. $SKY_PORT (or $PORT) is the port to listen on.") { Parts = FieldTypes.Scalar },
        new("envs", FieldTypes.Map, "Environment variables; one without a value must be given with --env.") { Parts = FieldTypes.Scalar },
        new("secrets", FieldTypes.Map | FieldTypes.List, "Environment variables that are never shown; one without a value must be given with --secret.")
        {
            Each = new("secret", FieldTypes.Scalar | FieldTypes.Map, "") { Fields = SecretFields.Group },
        },
        new("num_nodes", FieldTypes.Integer, "Nodes of one replica.") { Default = "1", Minimum = 1, Maximum = FieldLimits.Replicas, Use = FieldUse.Kept, Idle = "1" },
        new("image", FieldTypes.Text | FieldTypes.Map, "A container image, or what to build.") { Fields = Image, Example = "vllm/vllm-openai:v0.11.0" },
        new("security", FieldTypes.Map, "What a replica in a container may do, and what its image must be free of.") { Fields = SecurityFields.Group },
        new("replicas", FieldTypes.Integer, "Short for service.replicas.") { Minimum = 0, Maximum = FieldLimits.Replicas },
        new("networking", FieldTypes.Map, "Short for ports.") { Fields = Networking },
        new("managed_secrets", FieldTypes.List, "Secrets held elsewhere: a name, or a name with the file it is written to.")
        {
            Each = new("secret", FieldTypes.Text | FieldTypes.Map, "") { MostParts = 1, Each = new("options", FieldTypes.Map, "") { Fields = MountFields.ManagedSecret } },
            Use = FieldUse.Kept,
        },
        new("file_mounts", FieldTypes.Map, "Files and folders of your machine that replicas in containers get copies of, by the path they have there; buckets are not mounted yet.") { KeyForm = MountFields.Target, Each = AFileOrStorage },
        new("storage_mounts", FieldTypes.Map, "Buckets to mount.") { KeyForm = MountFields.Target, Each = AStorage, Use = FieldUse.Kept },
        new("file_mounts_mapping", FieldTypes.Map, "Where mounted files come from.") { Use = FieldUse.Kept },
        new("volumes", FieldTypes.Map, "Volumes to mount: a name, or a mapping.") { KeyForm = MountFields.VolumePath, Each = AVolume, Use = FieldUse.Kept },
        new("volume_mounts", FieldTypes.List, "Volumes to mount.") { ItemFields = MountFields.VolumeMount, Use = FieldUse.Kept },
        new("config", FieldTypes.Map, "Settings of a cloud for this task.") { Fields = ConfigFields.Group, Use = FieldUse.Kept },
        new("event_callback", FieldTypes.Text, "A script run when the state changes.") { Use = FieldUse.Kept },
        new("inputs", FieldTypes.Map, "An estimate of what is read: where, and how many GB.") { Parts = FieldTypes.Number, MostParts = 1, Use = FieldUse.Kept },
        new("outputs", FieldTypes.Map, "An estimate of what is written: where, and how many GB.") { Parts = FieldTypes.Number, MostParts = 1, Use = FieldUse.Kept },
        new("api_server_access", FieldTypes.Boolean, "Whether a replica may call the control plane.") { Use = FieldUse.Kept },
        new("execution", FieldTypes.Text, "How several tasks run; a service is one task.") { Choices = ["serial", "parallel"], Use = FieldUse.Kept },
        new("_metadata", FieldTypes.Map, "Notes of tools.") { Use = FieldUse.Kept },
        new("pool", FieldTypes.Any, "")
        {
            Use = FieldUse.Refused, Instead = "A pool runs jobs and is not a service: write a `service` section instead.",
        },
        new("spot_recovery", FieldTypes.Any, "") { Use = FieldUse.Retired, Instead = "remove it: a spot replica that is lost is always replaced." },
        new("job_recovery", FieldTypes.Any, "") { Use = FieldUse.Retired, Instead = "remove it: a replica that is lost is always replaced." },
    ]);
}
