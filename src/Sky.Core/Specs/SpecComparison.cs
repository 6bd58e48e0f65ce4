using System.Text.Json;

namespace Sky.Core.Specs;

/// <summary>Tells whether replicas of one version can serve as replicas of another.</summary>
public static class SpecComparison
{
    /// <summary>
    /// True when the two differ in how they are served only: every field but <see cref="ServiceSpec.Serving"/> is equal, whatever the order of
    /// candidates that have none. The files of the workdir are the caller's to compare.
    /// </summary>
    public static bool SameTask(ServiceSpec a, ServiceSpec b) => Canonical(a) == Canonical(b);

    internal static string WithoutPlace(ResourceCandidate candidate) => Json(candidate with { Cloud = null, Region = null, Zone = null });

    private static string Canonical(ServiceSpec spec)
    {
        var candidates = spec.Resources.Candidates.Select(Json);
        var parts = new List<string> { spec.Name ?? "", Json(spec.Task), spec.Resources.Ordered ? "ordered" : "any" };
        parts.AddRange(spec.Resources.Ordered ? candidates : candidates.Order(StringComparer.Ordinal));
        parts.AddRange(spec.Kept
            .Where(kept => !kept.Key.StartsWith("service.", StringComparison.Ordinal))
            .Select(kept => $"{(spec.Resources.Ordered ? kept.Key : WithoutIndex(kept.Key))}={CanonicalJson.Write(kept.Value)}")
            .Order(StringComparer.Ordinal));
        return string.Join('\n', parts);
    }

    // The place of a candidate that has no order says nothing.
    private static string WithoutIndex(string path)
    {
        var open = path.IndexOf('[', StringComparison.Ordinal);
        var close = path.IndexOf(']', StringComparison.Ordinal);
        return path.StartsWith("resources.any_of[", StringComparison.Ordinal) && close > open ? path[..open] + path[(close + 1)..] : path;
    }

    // The same bytes under another name, or built in another place, are the same.
    private static string Json(ResourceCandidate candidate) => CanonicalJson.Write(JsonSerializer.SerializeToElement(
        candidate.PinnedImage is { } pinned ? candidate with { ImageId = pinned } : candidate, SkyJson.Default.ResourceCandidate));

    private static string Json(TaskSpec task) => CanonicalJson.Write(JsonSerializer.SerializeToElement(
        task with { Image = Bytes(task.Image), BaseImage = Bytes(task.BaseImage) }, SkyJson.Default.TaskSpec));

    private static ImageSpec? Bytes(ImageSpec? image) => image?.Pinned is { } pinned ? new() { Pinned = pinned } : image;
}
