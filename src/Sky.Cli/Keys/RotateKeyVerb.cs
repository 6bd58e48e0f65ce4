using System.CommandLine;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;

namespace Sky.Cli.Keys;

/// <summary><c>sky keys rotate KEY</c></summary>
internal sealed class RotateKeyVerb(CliContext context, ControllerConnector connector)
{
    private const string DefaultGrace = "24h";

    public static Command Build(CliContext context)
    {
        var key = KeyArguments.Key(context);
        var grace = new Option<string>("--grace")
        {
            Description = $"How long the secret before still opens; {DefaultGrace} by default, 0 for not at all.", HelpName = "TIME", DefaultValueFactory = _ => DefaultGrace,
        };
        var output = ServiceArguments.Output();
        var command = new SkyCommand("rotate", "Give a key a new secret and print it. Name, limits and usage stay.")
        {
            Arguments = { key },
            Options = { grace, output },
            Examples =
            [
                ("sky keys rotate ci", "the secret before opens for a day more"),
                ("sky keys rotate ci --grace 0", "it was seen by others: shut it out now"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new RotateKeyVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetRequiredValue(key), Grace(parsed.GetRequiredValue(grace)), parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private static TimeSpan Grace(string text) => KeyText.Duration(text)
        ?? throw CliException.InputWrong($"--grace takes a time such as 15m, 12h or 7d, or 0. Found: '{text}'");

    private async Task<int> RunAsync(string key, TimeSpan grace, bool json, CancellationToken cancellationToken)
    {
        var client = await KeyArguments.ClientAsync(connector, key, cancellationToken);
        var made = await client.RotateKeyAsync(key, grace, cancellationToken);
        var before = made.Key.PreviousUntil is { } until ? $"the one before opens until {KeyText.Moment(until)}" : "the one before opens nothing any more";
        KeyOutput.Secret(context, made, json, $"Key '{made.Key.Name}' ({made.Key.Id}) has a new secret; {before}.");
        return ExitCode.Done;
    }
}
