using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Controller.Api;

namespace Sky.Cli.Images;

/// <summary><c>sky image list [SERVICE]</c></summary>
internal sealed class ListImagesVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var names = ServiceArguments.Names(context, "Services; all by default.");
        var output = ServiceArguments.Output();
        var command = new SkyCommand("list", "Show which image every version of a service runs, to the byte.")
        {
            Arguments = { names },
            Options = { output },
            Examples = [("sky image list hello", "versions, digests and findings")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new ListImagesVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetValue(names) ?? [], parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(IReadOnlyList<string> names, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken);
        if (client is null && names.Count > 0)
        {
            throw CliException.NotFound($"Service '{names[0]}' not found.");
        }

        var views = new List<ServiceImagesView>();
        foreach (var name in client is null ? [] : names.Count > 0 ? names : [.. (await client.ListAsync([], cancellationToken)).Select(service => service.Name)])
        {
            views.Add(await client!.ImagesAsync(name, cancellationToken));
        }

        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes<IReadOnlyList<ServiceImagesView>>(views, ApiJson.Default.IReadOnlyListServiceImagesView)));
            return ExitCode.Done;
        }

        var table = Table(views);
        if (table.Count == 0)
        {
            context.Screen.ErrorLine("No version runs an image.");
            return ExitCode.Done;
        }

        foreach (var line in table.LinesWithin(context.Screen.Width(), context.Screen, "SCANNED", "IMAGE"))
        {
            context.Screen.Line(line);
        }

        return ExitCode.Done;
    }

    private static TextTable Table(List<ServiceImagesView> views)
    {
        var table = new TextTable("SERVICE", "VERSION", "STATUS", "IMAGE", "PINNED", "SCANNED", "FINDINGS");
        foreach (var (view, version) in views.SelectMany(view => view.Versions.Select(version => (view, version))))
        {
            foreach (var image in version.Images)
            {
                var scan = version.Scans.FirstOrDefault(one => one.Image == image.Pinned);
                table.Add(
                    view.Service, version.Version.ToString(CultureInfo.InvariantCulture), version.Status, image.Name, image.Pinned,
                    scan is null ? "-" : ScanText.Moment(scan.ScannedAt), scan is null ? "-" : ScanText.Counts(scan));
            }
        }

        return table;
    }
}
