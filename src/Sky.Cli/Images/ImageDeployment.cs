using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Specs;
using Sky.Providers.Images;
using Sky.Providers.Images.Scanning;

namespace Sky.Cli.Images;

/// <summary>Makes a file's image ready before a version is asked for: built by its content, scanned and judged, pushed, named by its bytes.</summary>
internal sealed class ImageDeployment(CliContext context)
{
    /// <summary>The spec as it is handed over. What needs nothing of this is given back as it is: the controller tells what names stand for.</summary>
    /// <param name="name">The service.</param>
    /// <param name="spec">As the file says it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CliException">The image may not run.</exception>
    /// <exception cref="ImageException">It cannot be built, scanned or pushed.</exception>
    public async Task<ReadyImage> ReadyAsync(string name, ServiceSpec spec, CancellationToken cancellationToken)
    {
        var scans = spec.Scan is { Scanner: not Scanner.None };
        if (spec.Task.Image?.Build is null && !scans)
        {
            return new(spec, []);
        }

        using var tools = new ImageTools(context.Environment, context.Time);
        return spec.Task.Image is { Build: not null } image
            ? await BuiltAsync(tools, name, spec, image, cancellationToken)
            : await ScannedAsync(tools, spec, cancellationToken);
    }

    private async Task<ReadyImage> BuiltAsync(ImageTools tools, string name, ServiceSpec spec, ImageSpec image, CancellationToken cancellationToken)
    {
        using var progress = new ImageProgress(context.Screen);
        var built = await tools.EnsureAsync(image, name, spec.Task, progress.Tell, cancellationToken);
        var scanner = tools.ScannerOf(spec.Scan?.Scanner ?? Scanner.None);
        ScanReport? report = null;
        if (scanner is { NeedsPush: false })
        {
            // Of the engine's image by its name, of the registry's by its digest: nobody pushes what may not run.
            var target = built.LocalId is null ? built.Pinned : built.Name;
            report = await JudgedAsync(scanner, spec, new ScanTarget(target, spec.Task, built.Pinned), progress, cancellationToken);
        }

        if (image.Repository is not null)
        {
            built = await tools.PushAsync(built, spec.Task, progress.Tell, cancellationToken);
        }

        if (scanner is { NeedsPush: true })
        {
            report = await JudgedAsync(scanner, spec, new ScanTarget(built.Name, spec.Task, built.Pinned), progress, cancellationToken);
        }

        return new(
            spec with { Task = spec.Task with { Image = image with { Reference = built.Name, Pinned = built.Pinned } } },
            report is null ? [] : [report with { Image = built.Pinned }]);
    }

    private async Task<ReadyImage> ScannedAsync(ImageTools tools, ServiceSpec spec, CancellationToken cancellationToken)
    {
        using var progress = new ImageProgress(context.Screen);
        var pins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var reference in ReplicaImage.ToResolve(spec))
        {
            pins[reference] = (await tools.Resolver.ResolveAsync(reference, spec.Task, ReplicaImage.IsOnlyHere(spec), cancellationToken)).Pinned;
        }

        var pinned = ReplicaImage.Pin(spec, pins);
        var reports = new List<ScanReport>();
        foreach (var image in ReplicaImage.All(pinned))
        {
            reports.Add(await JudgedAsync(tools.ScannerOf(spec.Scan!.Scanner)!, spec, new ScanTarget(image, spec.Task, image), progress, cancellationToken));
        }

        return new(pinned, reports);
    }

    private async Task<ScanReport> JudgedAsync(IImageScanner scanner, ServiceSpec spec, ScanTarget target, ImageProgress progress, CancellationToken cancellationToken)
    {
        progress.Tell($"Scanning {target.Name} with {ScanGate.Word(scanner.Kind)} ...");
        var report = await scanner.ScanAsync(target, progress.Tell, cancellationToken);
        progress.Dispose();
        context.Screen.ErrorLine($"Scan by {ScanGate.Word(report.Scanner)}: findings: {ScanText.Counts(report)}");
        ScanText.Enforce(context.Screen, ScanGate.Decide(spec.Scan, report, report.Image, context.Time.GetUtcNow()));
        return report;
    }
}
