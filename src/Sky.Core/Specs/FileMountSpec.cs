namespace Sky.Core.Specs;

/// <summary>A file or folder of the user's machine that replicas in containers find at a path of theirs.</summary>
/// <param name="Target">Absolute, or below the home (<c>~/…</c>), or relative to the workdir.</param>
/// <param name="Source">Absolute path on the machine that <c>sky</c> was called on.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
public sealed record FileMountSpec(string Target, string Source, bool IsFolder)
{
    /// <summary>The folder of a version's archive that holds what is mounted, each under its number in <see cref="TaskSpec.FileMounts"/>; all else there is the workdir.</summary>
    public const string ArchiveFolder = ".skyswarm-mounts";
}
