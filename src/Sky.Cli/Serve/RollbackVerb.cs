using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve rollback NAME</c></summary>
internal sealed class RollbackVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var name = ServiceArguments.Name(context);
        var to = new Option<int?>("--to") { Description = "The version to go back to; by default the one that served before.", HelpName = "VERSION", Validators = { ServiceArguments.FromOneOn } };
        var yes = ServiceArguments.Yes();
        var (isAsync, noAsync) = ServiceArguments.Async("that version to serve");
        var command = new SkyCommand("rollback", "Go back to a version that served before. No version is lost: it can be undone.")
        {
            Arguments = { name },
            Options = { to, yes, isAsync, noAsync },
            Examples =
            [
                ("sky serve rollback hello", "to the version before"),
                ("sky serve rollback hello --to 3 -y", "to version 3"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new RollbackVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(
                parsed.GetRequiredValue(name),
                parsed.GetValue(to),
                parsed.GetValue(yes),
                parsed.GetValue(isAsync) && !parsed.GetValue(noAsync),
                cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string name, int? to, bool yes, bool isAsync, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken)
            ?? throw CliException.NotFound($"Service '{name}' not found.");
        var target = to is null ? "the version before" : $"version {to}";
        if (!context.Screen.Confirm($"Rolling service '{name}' back to {target}. Proceed?", yes))
        {
            return ExitCode.Failed;
        }

        var before = await client.FindAsync(name, cancellationToken);
        var answer = await client.RollbackAsync(name, to, cancellationToken);
        foreach (var notice in answer.Notices)
        {
            context.Screen.ErrorLine(context.AsStarted($"Note: {notice}"));
        }

        context.Screen.Line($"Service '{name}' goes back to version {answer.Version}.");
        context.Screen.Flush();
        return isAsync
            ? ExitCode.Done
            : await new Deployment(context, client).WaitAsync(name, answer.Version, before, _ => context.Screen.Line($"Service '{name}' serves version {answer.Version} again."));
    }
}
