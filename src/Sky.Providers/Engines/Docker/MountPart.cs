namespace Sky.Providers.Engines.Docker;

/// <summary>What is copied below one folder of a container.</summary>
/// <param name="Folder">Its absolute path.</param>
/// <param name="Targets">By the mount's number: its path within the folder, empty where it is the folder itself; null where it goes elsewhere.</param>
internal sealed record MountPart(string Folder, IReadOnlyList<string?> Targets)
{
    /// <summary>Everybody may write the folder itself, which would be a tmpfs otherwise.</summary>
    public bool Writable { get; init; }

    /// <summary>Whether anything goes there.</summary>
    public bool HasAny => Targets.Any(target => target is not null);
}
