using System.CommandLine;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Controller.Api;

namespace Sky.Cli.Keys;

/// <summary><c>sky keys revoke KEY</c></summary>
internal sealed class RevokeKeyVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var key = KeyArguments.Key(context);
        var yes = ServiceArguments.Yes();
        var output = ServiceArguments.Output();
        var command = new SkyCommand("revoke", "Shut a key out, for ever: gateways refuse it within a second.")
        {
            Arguments = { key },
            Options = { yes, output },
            Examples = [("sky keys revoke ci -y", "without asking")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new RevokeKeyVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetRequiredValue(key), parsed.GetValue(yes), parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(string key, bool yes, bool json, CancellationToken cancellationToken)
    {
        var client = await KeyArguments.ClientAsync(connector, key, cancellationToken);
        if (!context.Screen.Confirm($"Revoking the key '{key}'. Requests with it are refused from then on. Proceed?", yes))
        {
            return ExitCode.Failed;
        }

        var revoked = await client.RevokeKeyAsync(key, cancellationToken);
        if (!(await client.KeysAsync(cancellationToken)).Any(other => other.Status == "ACTIVE"))
        {
            context.Screen.Warn("No key is left that opens anything: gateways refuse every request until there is one (`sky keys create`).");
        }

        context.Screen.Line(json
            ? JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(revoked, ApiJson.Default.KeyView))
            : $"Key '{revoked.Name}' ({revoked.Id}) is revoked.");
        return ExitCode.Done;
    }
}
