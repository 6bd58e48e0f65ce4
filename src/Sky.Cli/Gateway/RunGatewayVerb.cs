using System.CommandLine;
using Sky.Cli.Commands;
using Sky.Cli.Hosting;

namespace Sky.Cli.Gateway;

/// <summary><c>sky gateway run</c></summary>
internal static class RunGatewayVerb
{
    public static Command Build(CliContext context)
    {
        var command = new SkyCommand("run", "Run a gateway in the foreground until Ctrl-C.")
        {
            Examples =
            [
                ("sky gateway run", "the gateway of this machine's controller"),
                ("sky gateway run --gateway-tls-listen https://0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem", "also for other machines, encrypted"),
            ],
        };
        SettingOptions.Add(command, SettingOptions.Gateway);
        command.SetAction((parsed, _) => GatewayProcess.RunAsync(context, SettingOptions.Read(context, parsed), context.Interrupts.Watch()));
        return command;
    }
}
