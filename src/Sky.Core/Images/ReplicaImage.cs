using Sky.Core.Specs;

namespace Sky.Core.Images;

/// <summary>Which image a replica runs, and how a spec comes to name its bytes.</summary>
public static class ReplicaImage
{
    private const string DockerPrefix = "docker:";

    // Where every replica has ports of its own, whatever its commands listen on.
    private static readonly string[] ContainerClouds = ["docker", "swarm"];

    /// <summary>True when the file names an image for replicas on this candidate, built already or not.</summary>
    public static bool IsNamed(TaskSpec task, ResourceCandidate candidate) => task.Image is not null || Named(candidate) is not null;

    /// <summary>True when replicas stand in containers wherever they are placed.</summary>
    public static bool IsSure(ServiceSpec spec) => spec.Resources.Candidates.All(candidate =>
        ContainerClouds.Contains(candidate.Cloud) || (candidate.Cloud != "local" && IsNamed(spec.Task, candidate)));

    /// <summary>True when replicas stand nowhere but in containers of this machine's own engine.</summary>
    public static bool IsOnlyHere(ServiceSpec spec) => spec.Resources.Candidates.All(candidate => candidate is { Cloud: null or "docker", Region: null });

    /// <summary>
    /// The image of a replica placed on this candidate, pinned where it was resolved; null for none. <c>image</c> counts before
    /// <c>image_id: docker:…</c>; any other <c>image_id</c> is a machine's.
    /// </summary>
    public static string? Of(TaskSpec task, ResourceCandidate candidate) =>
        task.Image is { } image ? image.Pinned ?? image.Reference : candidate.PinnedImage ?? Named(candidate);

    /// <summary>As written, for people.</summary>
    public static string? WrittenOf(TaskSpec task, ResourceCandidate candidate) => task.Image?.Reference ?? Named(candidate);

    /// <summary>The references that have to be resolved before a version of this spec is made; none twice.</summary>
    public static IReadOnlyList<string> ToResolve(ServiceSpec spec)
    {
        if (spec.Task.Image is { } image)
        {
            return image is { Pinned: null, Reference: { } reference } ? [reference] : [];
        }
        return [.. spec.Resources.Candidates.Where(candidate => candidate.PinnedImage is null).Select(Named).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The spec with these references resolved.</summary>
    public static ServiceSpec Pin(ServiceSpec spec, IReadOnlyDictionary<string, string> pins)
    {
        if (spec.Task.Image is { } image)
        {
            return image is { Pinned: null, Reference: { } reference } && pins.TryGetValue(reference, out var pinned)
                ? spec with { Task = spec.Task with { Image = image with { Pinned = pinned } } }
                : spec;
        }
        return spec with
        {
            Resources = spec.Resources with
            {
                Candidates =
                [
                    .. spec.Resources.Candidates.Select(candidate =>
                        candidate.PinnedImage is null && Named(candidate) is { } named && pins.TryGetValue(named, out var at) ? candidate with { PinnedImage = at } : candidate),
                ],
            },
        };
    }

    /// <summary>All images that replicas of this spec may run, pinned where they are; none twice.</summary>
    public static IReadOnlyList<string> All(ServiceSpec spec) =>
        [.. spec.Resources.Candidates.Select(candidate => Of(spec.Task, candidate)).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>What claims to be pinned and is not; null for nothing.</summary>
    public static string? Malformed(ServiceSpec spec) => spec.Resources.Candidates.Select(candidate => candidate.PinnedImage).Prepend(spec.Task.Image?.Pinned).Prepend(spec.Task.BaseImage?.Pinned)
        .FirstOrDefault(pinned => pinned is not null && !ImageReference.IsId(pinned) && ImageReference.Parse(pinned) is not { Digest: not null });

    private static string? Named(ResourceCandidate candidate) =>
        candidate.ImageId is { } id && id.StartsWith(DockerPrefix, StringComparison.OrdinalIgnoreCase) ? id[DockerPrefix.Length..].Trim() : null;
}
