using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve refresh-secrets NAME</c></summary>
internal sealed class RefreshSecretsVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var name = ServiceArguments.Name(context);
        var yes = ServiceArguments.Yes();
        var (isAsync, noAsync) = ServiceArguments.Async("the new version to serve");
        var command = new SkyCommand("refresh-secrets", "Look up again the secrets that are held elsewhere; changed ones are brought to the replicas by a rolling update.")
        {
            Arguments = { name },
            Options = { yes, isAsync, noAsync },
            Examples = [("sky serve refresh-secrets chat -y", "after a key was rotated where it is held")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new RefreshSecretsVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed))).RunAsync(
                parsed.GetRequiredValue(name),
                parsed.GetValue(yes),
                parsed.GetValue(isAsync) && !parsed.GetValue(noAsync),
                cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string name, bool yes, bool isAsync, CancellationToken cancellationToken)
    {
        if (await connector.ConnectToLookAsync(cancellationToken) is not { } client || await client.FindAsync(name, cancellationToken) is not { } before)
        {
            throw CliException.NotFound($"Service '{name}' not found.");
        }

        var spec = (await client.HistoryAsync(name, cancellationToken)).Versions.First(version => version.Number == before.TargetVersion).Spec;
        var sources = spec.Task.SecretSources;
        if (sources.Count == 0)
        {
            throw CliException.InputWrong($"All secrets of service '{name}' were given with its file: to change one, run {context.ProgramName} serve update {name} FILE.");
        }

        foreach (var (variable, source) in sources)
        {
            context.Screen.Line($"{variable}: {source}");
        }

        if (!context.Screen.Confirm($"Looking up {(sources.Count == 1 ? "this secret" : "these secrets")} of service '{name}' again. Proceed?", yes))
        {
            return ExitCode.Failed;
        }

        var known = await ClientSecrets.FillAsync(context, spec, cancellationToken);
        var values = known.Task.Secrets.Where(secret => sources.GetValueOrDefault(secret.Key)?.IsOfTheClient == true).ToDictionary();
        var answer = await client.RefreshSecretsAsync(name, values, cancellationToken);
        if (answer.Unchanged)
        {
            context.Screen.Line($"Nothing has changed: service '{name}' stays at version {answer.Version}.");
            return ExitCode.Done;
        }

        context.Screen.Line($"Service '{name}' update scheduled.");
        context.Screen.Flush();
        return isAsync
            ? ExitCode.Done
            : await new Deployment(context, client).WaitAsync(
                name, answer.Version, before, _ => context.Screen.Line($"Service '{name}' serves version {answer.Version}, with the new secrets."));
    }
}
