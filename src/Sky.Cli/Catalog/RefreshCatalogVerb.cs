using System.CommandLine;
using Sky.Cli.Commands;
using Sky.Core.Catalog;
using Sky.Providers.Catalogs;
using Sky.Providers.Clouds.Aws.Catalog;
using Sky.Providers.Clouds.Azure.Catalog;

namespace Sky.Cli.Catalog;

/// <summary><c>sky catalog refresh</c></summary>
internal sealed class RefreshCatalogVerb(CliContext context, CatalogFolder folder)
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(2);

    public static Command Build(CliContext context)
    {
        var cloud = new Option<string[]>("--cloud") { Description = "Only this cloud; may be given again. Without it: all.", HelpName = "CLOUD" };
        cloud.AcceptOnlyFromAmong([.. EmbeddedCatalog.Clouds]);
        var region = new Option<string[]>("--region") { Description = "Of AWS only this region; may be given again. What is known of others stays.", HelpName = "REGION" };
        var command = new SkyCommand("refresh", "Ask the clouds what they sell today, and for how much, and keep it on this machine.")
        {
            Options = { cloud, region },
            Examples =
            [
                ("sky catalog refresh", "both clouds; takes some minutes"),
                ("sky catalog refresh --cloud aws --region us-east-1 --region us-west-2", "two regions of AWS"),
            ],
        };
        SettingOptions.Add(command, ["SKY_HOME"]);
        command.SetAction((parsed, cancellationToken) => new RefreshCatalogVerb(context, new CatalogFolder(SettingOptions.Read(context, parsed).Home))
            .RunAsync(parsed.GetValue(cloud) is { Length: > 0 } named ? named : EmbeddedCatalog.Clouds, parsed.GetValue(region) ?? [], cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(IReadOnlyList<string> clouds, IReadOnlyList<string> regions, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Interrupts.Watch());
        using var http = new HttpClient { Timeout = LongestAnswer };
        var failed = false;
        foreach (var cloud in clouds)
        {
            var present = folder.Read(cloud, out var trouble);
            if (trouble is not null)
            {
                context.Screen.Warn(context.AsStarted(trouble));
            }

            var steps = cloud == "aws" ? AwsCatalog.Steps(http, context.Variable, context.Time, regions) : AzureCatalog.Steps(http, context.Variable, context.Time);
            var refreshed = await CatalogRefresh.RunAsync(present, steps, step => new RefreshProgress(context.Screen, cloud, step.Name), stop.Token);
            if (refreshed.Succeeded > 0)
            {
                folder.Write(refreshed.Catalog);
                context.Screen.Line($"{cloud}: {refreshed.Catalog.Types.Count} instance types, {refreshed.Catalog.Offers.Select(offer => offer.Region).Distinct().Count()} regions.");
            }

            failed |= refreshed.Failed.Count > 0;
            foreach (var step in refreshed.Failed)
            {
                context.Screen.Error($"{cloud}: {step} gave nothing: what was known before is kept.");
            }
        }

        return failed ? ExitCode.Failed : ExitCode.Done;
    }
}
