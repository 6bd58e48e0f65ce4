namespace Sky.Core.Specs.Schema;

/// <summary>What stands behind a path of <c>file_mounts</c>, <c>storage_mounts</c>, <c>volumes</c> and <c>volume_mounts</c>.</summary>
internal static class MountFields
{
    private const FieldTypes NumberOrText = FieldTypes.Number | FieldTypes.Text;

    private static readonly TextForm Size = new("^[0-9]+(\\.[0-9]+)? ?([kKmMgGtTpP]([bB]|[iI][bB]?)?)?$", "be a size such as 100 (GB) or 100GB");
    private static readonly TextForm CacheSize = new("^[0-9]+[bBkKmMgGtTpP]?$", "be a size such as 64M or 10G");
    private static readonly TextForm Duration = new("^[-+]?[0-9]+(\\.[0-9]+)?(ms|[smhdwMy])?([0-9]+(\\.[0-9]+)?(ms|[smhdwMy]))*$", "be a duration such as 30s or 1h30m");

    /// <summary>Where something is mounted.</summary>
    public static TextForm Target { get; } = new("[^/]$", "not end with a slash (write /mydir: ./mydir)");

    /// <summary>Where a volume is mounted.</summary>
    public static TextForm VolumePath { get; } = new("^[/~].*[^/]$|^~$", "be an absolute path or begin with ~, and not end with a slash");

    private static FieldGroup MountCached { get; } = new("config.mount_cached", "How a cached mount works.",
    [
        new("transfers", FieldTypes.Integer, "Files that are sent at once.") { Minimum = 1 },
        new("buffer_size", FieldTypes.Text, "Memory of one open file.") { Form = CacheSize },
        new("vfs_cache_max_size", FieldTypes.Text, "Most disk of the cache.") { Form = CacheSize },
        new("vfs_cache_max_age", FieldTypes.Text, "How long a file stays in the cache.") { Form = Duration },
        new("vfs_read_ahead", FieldTypes.Text, "How far is read ahead.") { Form = CacheSize },
        new("vfs_read_chunk_size", FieldTypes.Text, "How much is read at once.") { Form = CacheSize },
        new("vfs_read_chunk_streams", FieldTypes.Integer, "How many reads run at once.") { Minimum = 0 },
        new("vfs_write_back", FieldTypes.Text, "How long a changed file waits before it is sent.") { Form = Duration },
        new("read_only", FieldTypes.Boolean, "Nothing can be written."),
    ]);

    private static FieldGroup Mount { get; } = new("config.mount", "How a mount works.",
    [
        new("read_only", FieldTypes.Boolean, "Nothing can be written."),
        new("hf_mount_args", FieldTypes.List, "Further arguments for Hugging Face stores.") { Parts = FieldTypes.Text },
    ]);

    private static FieldGroup StorageConfig { get; } = new("config", "How it is mounted.",
    [
        new("disk_size", NumberOrText, "The size of a volume.") { Form = Size },
        new("disk_tier", FieldTypes.Text, "How fast a volume is."),
        new("storage_type", FieldTypes.Text, "The kind of a volume."),
        new("attach_mode", FieldTypes.Text, "Whether a volume can be written."),
        new("mount_cached", FieldTypes.Map, "How a cached mount works.") { Fields = MountCached },
        new("mount", FieldTypes.Map, "How a mount works.") { Fields = Mount },
    ], Open: true);

    public static FieldGroup Storage { get; } = new("file_mounts.PATH", "A bucket, or files that are put into one. It has a name, a source or both.",
    [
        new("name", FieldTypes.Text, "The name of the bucket."),
        new("source", FieldTypes.Text | FieldTypes.List, "A file, a folder or the URI of a bucket, such as s3://data; a list of files and folders.")
        {
            Form = Target, Each = new("source", FieldTypes.Text, "") { Form = Target },
        },
        new("store", FieldTypes.Text, "Where the bucket is.") { Choices = ["s3", "gcs", "azure", "r2", "ibm", "oci", "nebius", "coreweave", "tigris", "vastdata", "hf", "volume"] },
        new("persistent", FieldTypes.Boolean, "The bucket outlives the service.") { Default = "true" },
        new("mode", FieldTypes.Text, "How its content comes to a replica.") { Default = "MOUNT", Choices = ["MOUNT", "COPY", "MOUNT_CACHED"] },
        new("mount_options", FieldTypes.Text, "Further options of the mount."),
        new("type", FieldTypes.Text, "What it holds.") { Choices = ["MODEL_CHECKPOINT_RO", "MODEL_CHECKPOINT_RW", "DATASET_RO", "DATASET_RW"] },
        new("config", FieldTypes.Map, "How it is mounted.") { Fields = StorageConfig },
    ])
    {
        OneOf = ["name", "source"],
    };

    public static FieldGroup Volume { get; } = new("volumes.PATH", "A volume by its name, or a new one of a size that lives as long as the replica.",
    [
        new("name", FieldTypes.Text, "The name of a volume that exists."),
        new("size", NumberOrText, "The size of a new volume in GB.") { Form = Size },
        new("sub_path", FieldTypes.Text, "The folder of the volume that is mounted."),
        new("type", FieldTypes.Text, "The kind of the volume."),
        new("infra", FieldTypes.Text, "Where the volume is: cloud[/region[/zone]]."),
        new("use_existing", FieldTypes.Boolean, "The volume was made outside."),
        new("labels", FieldTypes.Map, "Labels of the volume.") { Parts = FieldTypes.Text },
        new("config", FieldTypes.Map, "Options of its kind, such as storage_class_name."),
    ])
    {
        OneOf = ["name", "size"],
    };

    public static FieldGroup VolumeMount { get; } = new("volume_mounts[]", "A volume at a path.",
    [
        new("path", FieldTypes.Text, "Where it is mounted.") { Form = VolumePath },
        new("volume_name", FieldTypes.Text, "The name of the volume."),
        new("is_ephemeral", FieldTypes.Boolean, "It lives as long as the replica."),
        new("sub_path", FieldTypes.Text, "The folder of the volume that is mounted."),
        new("volume_config", FieldTypes.Map, "Options of the volume."),
    ]);

    /// <summary>Of <c>resources.volumes</c>.</summary>
    public static FieldGroup Disk { get; } = new("resources.volumes[]", "A disk attached to a node.",
    [
        new("path", FieldTypes.Text, "Where it is mounted.") { Required = true, Form = VolumePath },
        new("name", FieldTypes.Text, "The name of a disk of the network."),
        new("disk_size", NumberOrText, "Its size in whole GB.") { Form = Size },
        new("disk_tier", FieldTypes.Text, "How fast it is.") { Choices = ["low", "medium", "high", "ultra", "best"] },
        new("storage_type", FieldTypes.Text, "network, or instance for a disk of the machine.") { Default = "network", Choices = ["network", "instance"] },
        new("attach_mode", FieldTypes.Text, "Whether it can be written.") { Choices = ["read_only", "read_write"] },
        new("auto_delete", FieldTypes.Boolean, "It goes away with the node."),
    ]);

    public static FieldGroup ManagedSecret { get; } = new("managed_secrets[].NAME", "A secret held elsewhere.",
    [
        new("mount_path", FieldTypes.Text, "The file it is written to."),
    ]);
}
