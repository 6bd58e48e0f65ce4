namespace Sky.Core.Specs.Schema;

/// <summary>The fields of <c>config:</c>: settings of a cloud that one file may change.</summary>
internal static class ConfigFields
{
    // 16 KiB, as SkyServe takes at most.
    private const int MostHookText = 16 * 1024;

    public static FieldGroup Hook { get; } = new("config.hooks[]", "A command that a node runs when something happens to it.",
    [
        new("run", FieldTypes.Text, "The command.") { Required = true, Form = new("[\\s\\S]", "not be empty"), MostCharacters = MostHookText },
        new("events", FieldTypes.List, "When it runs; by default at all of them.") { Each = new("event", FieldTypes.Text, "") { Choices = ["stop", "preemption", "down"] } },
        new("timeout", FieldTypes.Integer, "Seconds it may take.") { Default = "3600", Minimum = 1 },
    ]);

    private static FieldGroup Docker { get; } = new("config.docker", "Settings of containers.",
    [
        new("run_options", FieldTypes.Text | FieldTypes.List, "Further options of docker run.") { Parts = FieldTypes.Text },
    ]);

    private static FieldGroup Gpus { get; } = new("config.nvidia_gpus", "Settings of NVIDIA GPUs.",
    [
        new("disable_ecc", FieldTypes.Boolean, "Error correction of the memory is switched off."),
    ]);

    private static FieldGroup Pods { get; } = new("config.kubernetes", "Settings of pods.",
    [
        new("pod_config", FieldTypes.Map, "Parts of the pod's own description."),
        new("custom_metadata", FieldTypes.Map, "Labels and annotations."),
        new("provision_timeout", FieldTypes.Integer, "Seconds a pod may take to start; -1 for any."),
        new("kueue", FieldTypes.Map, "Settings of Kueue."),
        new("dws", FieldTypes.Map, "Settings of the Dynamic Workload Scheduler."),
    ], Open: true);

    public static FieldGroup Group { get; } = new("config", "Settings of a cloud for this service.",
    [
        new("active_workspace", FieldTypes.Text, "The workspace."),
        new("docker", FieldTypes.Map, "Settings of containers.") { Fields = Docker },
        new("kubernetes", FieldTypes.Map, "Settings of pods.") { Fields = Pods },
        new("ssh", FieldTypes.Map, "Settings of machines reached by SSH.") { Fields = Pods },
        new("nvidia_gpus", FieldTypes.Map, "Settings of NVIDIA GPUs.") { Fields = Gpus },
        new("gcp", FieldTypes.Map, "Settings of Google Cloud."),
        new("azure", FieldTypes.Map, "Settings of Azure."),
        new("vast", FieldTypes.Map, "Settings of Vast."),
        new("slurm", FieldTypes.Map, "Settings of Slurm."),
        new("hooks", FieldTypes.List, "Commands that a node runs when something happens to it.") { ItemFields = Hook, MostParts = 32 },
    ]);
}
