using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Controller.Api;
using Sky.Core.Traffic.Experiments;

namespace Sky.Cli.Serve;

/// <summary><c>sky serve experiment NAME</c></summary>
internal sealed class ExperimentVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var name = ServiceArguments.Name(context);
        var output = ServiceArguments.Output();
        var command = new SkyCommand("experiment", "Show the versions that share requests side by side, with ranges that one may look at at any time.")
        {
            Arguments = { name },
            Options = { output },
            Examples =
            [
                ("sky serve experiment hello", "requests, errors, latency, tokens, cost and feedback of each version"),
                ("sky serve experiment hello -o json", "the same facts, for scripts"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new ExperimentVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetRequiredValue(name), parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string name, bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken)
            ?? throw CliException.NotFound($"Service '{name}' not found.");
        var experiment = await client.ExperimentAsync(name, cancellationToken);
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(experiment, ApiJson.Default.ExperimentView)));
            return ExitCode.Done;
        }

        foreach (var line in new ExperimentTables(context.Screen).Lines(experiment))
        {
            context.Screen.Line(line);
        }

        return ExitCode.Done;
    }
}
