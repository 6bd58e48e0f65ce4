using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;
using Sky.Cli.Serve;
using Sky.Core.Clouds;
using Sky.Core.Services;
using Sky.Providers.Clouds.Aws;
using Sky.Providers.Clouds.Azure;

namespace Sky.Cli.Clouds;

/// <summary><c>sky cloud clean CLOUD</c></summary>
internal sealed class CleanCloudVerb(CliContext context, Settings settings)
{
    public static Command Build(CliContext context)
    {
        var cloud = new Argument<string>("CLOUD") { Description = "Which: aws or azure." };
        var owner = new Option<string?>("--owner") { Description = "Of a store that is lost; this controller's by default.", HelpName = "ID" };
        var yes = ServiceArguments.Yes();
        var command = new SkyCommand("clean", "Remove the networks that were made at a cloud for nodes; refused while there are nodes.")
        {
            Arguments = { cloud },
            Options = { owner, yes },
            Examples = [("sky cloud clean aws", "once all services there are down"), ("sky cloud clean aws --owner 5f0c9a -y", "what a lost store left, by the tag sky-owner")],
        };
        SettingOptions.Add(command, [.. SettingOptions.Client, "SKY_AWS_REGIONS", "SKY_AZURE_MANAGEMENT_URL"]);
        command.SetAction((parsed, cancellationToken) => new CleanCloudVerb(context, SettingOptions.Read(context, parsed)).RunAsync(parsed.GetRequiredValue(cloud), parsed.GetValue(owner), parsed.GetValue(yes), cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string cloud, string? owner, bool yes, CancellationToken cancellationToken)
    {
        var name = cloud switch
        {
            "aws" => "AWS",
            "azure" => "Azure",
            _ => throw CliException.InputWrong($"Nothing is made at cloud '{cloud}' that could be left there: only at aws and azure."),
        };

        owner ??= (await (await new ControllerConnector(context, settings).ConnectAsync(cancellationToken)).StatusAsync(cancellationToken)).Owner;
        if (!context.Screen.Confirm($"Removing all networks at {name} that bear the owner {owner}. Proceed?", yes))
        {
            return ExitCode.Failed;
        }

        try
        {
            var removed = cloud == "aws"
                ? await new AwsRemoval(settings.Aws, new OwnerId(owner), context.Variable, context.Time).RunAsync(cancellationToken)
                : await new AzureRemoval(settings.Azure, new OwnerId(owner)).RunAsync(cancellationToken);
            foreach (var line in removed)
            {
                context.Screen.Line($"Removed {line}");
            }

            context.Screen.Line(removed.Count == 0 ? $"There is nothing left at {name}." : $"Nothing else is left at {name}.");
            return ExitCode.Done;
        }
        catch (CloudException refused)
        {
            throw CliException.Failed($"{char.ToUpperInvariant(refused.Message[0])}{refused.Message[1..]}.");
        }
    }
}
