using Sky.Core.Engines;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Planning;
using Sky.Core.Specs;

namespace Sky.Controller.Provisioning;

/// <summary>Sees to it that a version names the bytes it runs, and that they were found clean where the file asks for that.</summary>
/// <param name="resolver">Null: this controller resolves nothing.</param>
/// <param name="baseImage">What containers of files without an image run in; null: not known.</param>
/// <param name="time">The clock: exceptions of a policy end.</param>
internal sealed class VersionImages(IImageResolver? resolver, string? baseImage, TimeProvider time)
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
        // Only this fills it in.
        spec = spec with { Task = spec.Task with { BaseImage = null } };
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
        var here = choices.All(choice => choice.Placement.EngineName == EngineName.Docker);
        var resolved = await Task.WhenAll(written.Select(reference => resolver.ResolveAsync(reference, spec.Task, here, cancellationToken)));
        var pins = written.Zip(resolved).ToDictionary(pair => pair.First, pair => pair.Second.Pinned, StringComparer.Ordinal);
        var pinned = ReplicaImage.Pin(spec, pins);
        List<string> notices = [.. resolved.Select(image => image.Notice).OfType<string>()];
        if (inContainers && baseImage is not null && spec.Resources.Candidates.Any(candidate => !ReplicaImage.IsNamed(spec.Task, candidate)))
        {
            var (found, notice) = await BaseAsync(resolver, baseImage, here, cancellationToken);
            pinned = pinned with { Task = pinned.Task with { BaseImage = found } };
            notices.AddRange(notice is null ? [] : [notice]);
        }
        return (pinned, notices);
    }

    /// <summary>Nobody wrote its name into the file: where it cannot be told what it stands for, nodes that have it run it all the same.</summary>
    private static async Task<(ImageSpec? Image, string? Notice)> BaseAsync(IImageResolver resolver, string name, bool here, CancellationToken cancellationToken)
    {
        try
        {
            var found = await resolver.ResolveAsync(name, new TaskSpec(), here, cancellationToken);
            return !here && ImageReference.IsId(found.Pinned)
                ? (null, $"Only the Docker Engine of this machine knows the base image {name}: elsewhere it is run by its name, whatever it stands for there.")
                : (new ImageSpec { Reference = name, Pinned = found.Pinned }, found.Notice);
        }
        catch (ImageException failure)
        {
            return (null, $"{failure.Message} The base image {name} is run by its name, whatever it stands for.");
        }
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
