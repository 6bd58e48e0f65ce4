using Sky.Core.Engines;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Planning;
using Sky.Core.Specs;

namespace Sky.Controller.Provisioning;

/// <summary>Sees to it that a version names the bytes it runs, and that they were found clean where the file asks for that.</summary>
/// <param name="resolver">Null: this controller resolves nothing.</param>
/// <param name="time">The clock: exceptions of a policy end.</param>
internal sealed class VersionImages(IImageResolver? resolver, TimeProvider time)
{
    /// <summary>Findings kept of one image; the worst.</summary>
    public const int KeptFindings = 200;

    /// <summary>The spec with its images pinned, and what a person should know of that.</summary>
    /// <param name="spec">As it was sent.</param>
    /// <param name="choices">Where its replicas can be placed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ImageException">It cannot be told what an image stands for.</exception>
    public async Task<(ServiceSpec Spec, IReadOnlyList<string> Notices)> PinAsync(ServiceSpec spec, IReadOnlyList<PlacementChoice> choices, CancellationToken cancellationToken)
    {
        var written = ReplicaImage.ToResolve(spec);
        var inContainers = choices.Any(choice => EngineName.RunsContainers(choice.Placement.EngineName));
        if (!inContainers && !MustBeScanned(spec))
        {
            var all = ReplicaImage.All(spec);
            return (spec, all.Count == 0 ? [] : [$"The image {string.Join(", ", all)} is not used: the replicas run as processes of this machine."]);
        }
        if (spec.Task.Image is { Build: not null, Reference: null })
        {
            throw new ImageException(ImageFailure.Invalid, "The image is still to be built: `sky serve up` and `sky serve update` build it and send its digest.");
        }
        if (resolver is null)
        {
            return (spec, []);
        }
        var resolved = await Task.WhenAll(written.Select(reference => resolver.ResolveAsync(reference, spec.Task, cancellationToken)));
        var pins = written.Zip(resolved).ToDictionary(pair => pair.First, pair => pair.Second.Pinned, StringComparer.Ordinal);
        return (ReplicaImage.Pin(spec, pins), [.. resolved.Select(image => image.Notice).OfType<string>()]);
    }

    /// <summary>Whether the images may run: the reasons of all that may not.</summary>
    public ScanVerdict Judge(ServiceSpec spec, IReadOnlyList<ScanReport> scans)
    {
        if (!MustBeScanned(spec))
        {
            return new();
        }
        var now = time.GetUtcNow();
        var verdicts = ReplicaImage.All(spec).Select(image => ScanGate.Decide(spec.Scan, scans.FirstOrDefault(scan => scan.Image == image) ?? scans.FirstOrDefault(), image, now)).ToList();
        return new() { Reasons = [.. verdicts.SelectMany(verdict => verdict.Reasons)], Notices = [.. verdicts.SelectMany(verdict => verdict.Notices)] };
    }

    private static bool MustBeScanned(ServiceSpec spec) => spec.Scan is { Scanner: not Scanner.None };
}
