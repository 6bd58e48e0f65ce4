using System.CommandLine;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Controller.Api;
using Sky.Core.Images;
using Sky.Core.Images.Scanning;
using Sky.Core.Specs;
using Sky.Providers.Images;
using Sky.Providers.Images.Scanning;

namespace Sky.Cli.Images;

/// <summary><c>sky image scan TARGET</c>: what was found in a service's image, or a scan of an image now.</summary>
internal sealed class ScanImageVerb(CliContext context, ControllerConnector connector)
{
    private readonly record struct Options(Argument<string> Target, Option<string> Scanner, Option<string?> FailOn, Option<int?> Version, Option<string> Output);

    public static Command Build(CliContext context)
    {
        var options = new Options(
            new("TARGET") { Description = "A service, a path to build from, or the name of an image.", HelpName = "TARGET", CompletionSources = { _ => KnownNames.Suggest(context) } },
            new("--scanner") { Description = "Who looks: trivy or ecr. For a path the file's.", HelpName = "SCANNER", DefaultValueFactory = _ => "trivy" },
            new("--fail-on") { Description = "End with 1 where there are findings of this severity or above.", HelpName = "SEVERITY" },
            new("--version") { Description = "The version of the service; the one that is to serve by default.", HelpName = "VERSION" },
            ServiceArguments.Output());
        options.Scanner.AcceptOnlyFromAmong("trivy", "ecr");
        options.FailOn.AcceptOnlyFromAmong("critical", "high", "medium", "low", "unknown");
        options.Version.Validators.Add(ServiceArguments.FromOneOn);
        var command = new SkyCommand("scan", "Show what was found in the image of a service, or scan an image now.")
        {
            Arguments = { options.Target },
            Options = { options.Scanner, options.FailOn, options.Version, options.Output },
            Examples =
            [
                ("sky image scan hello", "kept with the version that serves"),
                ("sky image scan servers/hello --fail-on high", "build it and scan it now"),
                ("sky image scan ghcr.io/team/model:1.0", "scan an image of a registry now"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new ScanImageVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(parsed, options, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Options options, CancellationToken cancellationToken)
    {
        var target = parsed.GetRequiredValue(options.Target);
        var json = parsed.GetValue(options.Output) == ServiceArguments.Json;
        var path = Path.GetFullPath(target, context.CurrentDirectory);
        var isPath = target.Length > 0 && (Directory.Exists(path) || File.Exists(path)) && (target.Contains('/', StringComparison.Ordinal) || ServiceFile.HasYamlName(target));
        if (!isPath && ServiceNames.IsValid(target) && await ImagesAsync(target, cancellationToken) is { } kept)
        {
            return ShowKept(kept, parsed.GetValue(options.Version), json);
        }

        if (!isPath && ServiceNames.IsValid(target))
        {
            throw CliException.NotFound($"There is no service '{target}' (`sky serve status` lists those there are). Name an image with its tag or registry (NAME:latest), and a folder by a path (./NAME).");
        }

        var scanner = Enum.Parse<Scanner>(parsed.GetRequiredValue(options.Scanner), ignoreCase: true);
        var (report, policy) = isPath
            ? await ScanPathAsync(target, scanner, parsed.GetResult(options.Scanner) is { Implicit: false }, cancellationToken)
            : (await ScanAsync(scanner, new ScanTarget(await PinnedAsync(target, cancellationToken), new TaskSpec()), cancellationToken), null);
        Show([report], json);
        policy = parsed.GetValue(options.FailOn) is { } word
            ? (policy ?? new ScanSpec { Scanner = report.Scanner }) with { Scanner = report.Scanner, FailOn = Enum.Parse<Severity>(word, ignoreCase: true) }
            : policy;
        ScanText.Enforce(context.Screen, ScanGate.Decide(policy, report, report.Image, context.Time.GetUtcNow()));
        return ExitCode.Done;
    }

    /// <summary>Null where there is no such service, or no controller.</summary>
    private async Task<ServiceImagesView?> ImagesAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var client = await connector.ConnectToLookAsync(cancellationToken);
            return client is null ? null : await client.ImagesAsync(name, cancellationToken);
        }
        catch (ControllerRefusedException refused) when (refused.Code == "not_found")
        {
            return null;
        }
    }

    private int ShowKept(ServiceImagesView view, int? wanted, bool json)
    {
        var version = wanted is { } number
            ? view.Versions.FirstOrDefault(one => one.Version == number)
            : view.Versions.FirstOrDefault(one => one.Status == "TARGET") ?? (view.Versions.Count > 0 ? view.Versions[^1] : null);
        if (version is null)
        {
            throw CliException.NotFound(wanted is null
                ? $"No version of service '{view.Service}' runs an image."
                : $"Service '{view.Service}' has no version {wanted} that runs an image; see `sky image list {view.Service}`.");
        }

        if (version.Scans.Count == 0)
        {
            throw CliException.NotFound($"Version {version.Version} of service '{view.Service}' was not scanned: its file has no security.scan. Scan it now with `sky image scan {version.Images[0].Pinned ?? version.Images[0].Name}`.");
        }

        Show(version.Scans, json);
        return ExitCode.Done;
    }

    private async Task<(ScanReport Report, ScanSpec? Policy)> ScanPathAsync(string path, Scanner scanner, bool given, CancellationToken cancellationToken)
    {
        var source = ImageSource.Of(context, path, null);
        if (!given && source.Scan is { Scanner: not Scanner.None } policy)
        {
            scanner = policy.Scanner;
        }

        using var tools = new ImageTools(context.Environment, context.Time);
        using var progress = new ImageProgress(context.Screen);
        var built = await tools.EnsureAsync(source.Image, source.Name, source.Task, progress.Tell, cancellationToken);
        progress.Dispose();
        return (await ScanAsync(scanner, new ScanTarget(built.LocalId is null ? built.Pinned : built.Name, source.Task, built.Pinned), cancellationToken), source.Scan);
    }

    private async Task<string> PinnedAsync(string reference, CancellationToken cancellationToken)
    {
        if (ImageReference.Parse(reference) is null && !ImageReference.IsId(reference))
        {
            throw CliException.InputWrong($"'{reference}' is neither a service, nor a path, nor the name of an image.");
        }

        using var tools = new ImageTools(context.Environment, context.Time);
        return (await tools.Resolver.ResolveAsync(reference, new TaskSpec(), here: true, cancellationToken)).Pinned;
    }

    private async Task<ScanReport> ScanAsync(Scanner scanner, ScanTarget target, CancellationToken cancellationToken)
    {
        using var tools = new ImageTools(context.Environment, context.Time);
        using var progress = new ImageProgress(context.Screen);
        progress.Tell($"Scanning {target.Name} with {ScanGate.Word(scanner)} ...");
        return await tools.ScannerOf(scanner)!.ScanAsync(target, progress.Tell, cancellationToken);
    }

    private void Show(IReadOnlyList<ScanReport> reports, bool json)
    {
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(reports, ApiJson.Default.IReadOnlyListScanReport)));
            return;
        }

        foreach (var report in reports)
        {
            ScanText.Table(context.Screen, report);
        }
    }
}
