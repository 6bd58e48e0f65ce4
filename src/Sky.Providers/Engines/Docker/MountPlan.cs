using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Providers.Secrets.Entry;

namespace Sky.Providers.Engines.Docker;

/// <summary>
/// Where what a file mounts goes in a container. It is copied into the container's own files; where those are read-only, or there is no container
/// yet that they could be copied into, into a volume at the folder, or at the folder of the file, which begins with what the image has there.
/// </summary>
internal sealed class MountPlan
{
    private const string Root = "/";

    private MountPlan(IReadOnlyList<string> volumes, IReadOnlyList<MountPart> parts) => (Volumes, Parts) = (volumes, parts);

    /// <summary>The paths that need a volume of their own, by number; none inside another.</summary>
    public IReadOnlyList<string> Volumes { get; }

    /// <summary>What is copied, each part below one folder that can be written before the container starts.</summary>
    public IReadOnlyList<MountPart> Parts { get; }

    /// <param name="request">The controller's.</param>
    /// <param name="image">What the image says of itself.</param>
    /// <param name="way">Of its secrets: by files where the engine makes the container itself.</param>
    /// <exception cref="ProvisionException">A file cannot be put there.</exception>
    public static MountPlan Of(RunRequest request, DockerOCIImageConfig image, SecretWay way)
    {
        var mounts = request.Task.FileMounts;
        List<string> targets = [.. mounts.Select(mount => Absolute(mount.Target, Home(request, image)))];
        if (!request.Task.Security.HasReadOnlyRoot && way == SecretWay.Input)
        {
            return new MountPlan([], [PartOf(Root, targets)]);
        }

        List<string> volumes = [];
        var needed = mounts.Zip(targets, (mount, target) => mount.IsFolder ? target : FolderOf(target, way)).Where(path => !IsWithin(path, EntryScript.Folder));
        foreach (var path in needed.Distinct().OrderBy(path => path.Length))
        {
            if (!volumes.Exists(volume => IsWithin(path, volume)))
            {
                volumes.Add(path);
            }
        }

        var writable = ContainerSecurity.WritablePaths(request.Task.Security);
        return new MountPlan(
            volumes, [.. volumes.Append(EntryScript.Folder).Select(folder => PartOf(folder, targets) with { Writable = writable.Contains(folder) })]);
    }

    private static MountPart PartOf(string folder, List<string> targets) => new(
        folder, [.. targets.Select(target => !IsWithin(target, folder) ? null : target[Math.Min(target.Length, folder == Root ? 1 : folder.Length + 1)..])]);

    private static string FolderOf(string target, SecretWay way) => Path.GetDirectoryName(target) is { Length: > 1 } folder ? folder : throw new ProvisionException(
        way == SecretWay.Folder
            ? $"on a cluster files come by volumes, which the root of a container cannot be, and so the file {target} cannot be put there: mount it in a folder"
            : $"the root of the container cannot be written, and so the file {target} cannot be put there: mount it in a folder, or say security.writable_root: true");

    private static bool IsWithin(string path, string folder) => folder == Root || path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string Absolute(string target, string home) => Path.GetFullPath(
        target == "~" ? home : target.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, target[2..]) : Path.Combine(EntryScript.Workdir, target));

    private static string Home(RunRequest request, DockerOCIImageConfig image)
    {
        var user = ContainerSecurity.User(request.Task.Security, image.User);
        return ContainerEnvironment.Build(request, image).GetValueOrDefault("HOME")
            ?? image.Env?.FirstOrDefault(variable => variable.StartsWith("HOME=", StringComparison.Ordinal))?["HOME=".Length..]
            ?? (ContainerSecurity.IsRoot(user) ? "/root" : ContainerSecurity.Numbers(user) is null ? $"/home/{user.Split(':')[0]}" : "/tmp");
    }
}
