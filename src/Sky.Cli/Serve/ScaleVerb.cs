using System.CommandLine;
using System.Globalization;
using Sky.Cli.Client;
using Sky.Cli.Commands;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve scale NAME N|auto</c></summary>
internal sealed class ScaleVerb(CliContext context, ControllerConnector connector)
{
    private const string Auto = "auto";

    public static Command Build(CliContext context)
    {
        var name = ServiceArguments.Name(context);
        var replicas = new Argument<string>("N") { Description = "How many replicas, or auto to let the file's policy decide again.", HelpName = "N|auto" };
        replicas.CompletionSources.Add(Auto);
        var yes = ServiceArguments.Yes();
        var command = new SkyCommand("scale", "Pin the number of replicas, without a new version, until 'auto'.")
        {
            Arguments = { name, replicas },
            Options = { yes },
            Examples =
            [
                ("sky serve scale hello 4", "four replicas, whatever the load"),
                ("sky serve scale hello auto", "as the file says"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new ScaleVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetRequiredValue(name), Parse(parsed.GetRequiredValue(replicas)), parsed.GetValue(yes), cancellationToken));
        return command;
    }

    private static int? Parse(string text)
    {
        if (text.Equals(Auto, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : text.Length > 0 && text.All(char.IsAsciiDigit) ? throw CliException.InputWrong($"{text} replicas are more than there can be.")
            : throw CliException.InputWrong($"scale takes a number of replicas (0 or more) or auto. Found: '{text}'");
    }

    private async Task<int> RunAsync(string name, int? replicas, bool yes, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken)
            ?? throw CliException.NotFound($"Service '{name}' not found.");
        var question = replicas is null
            ? $"Letting the policy of service '{name}' decide how many replicas it has. Proceed?"
            : $"Scaling service '{name}' to {ReplicaCount.Text(replicas.Value)}. Proceed?";
        if (!context.Screen.Confirm(question, yes))
        {
            return ExitCode.Failed;
        }

        var answer = await client.ScaleAsync(name, replicas, cancellationToken);
        foreach (var notice in answer.Notices)
        {
            context.Screen.ErrorLine($"Note: {notice}");
        }

        context.Screen.Line(replicas is null
            ? $"Service '{name}' scales by its policy again."
            : $"Service '{name}' is pinned to {ReplicaCount.Text(replicas.Value)} until '{context.ProgramName} serve scale {name} auto'.");
        return ExitCode.Done;
    }
}
