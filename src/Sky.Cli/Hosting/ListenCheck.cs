using Sky.Gateway.Hosting;

namespace Sky.Cli.Hosting;

/// <summary>Whether controller and gateway may listen as the settings say, asked by whoever is about to start one of them, before anything is.</summary>
internal static class ListenCheck
{
    /// <summary>Throws <see cref="CliException"/> (the input is wrong) with the setting, its value and what would be right.</summary>
    public static void Gateway(Settings settings)
    {
        if (GatewayHost.Problem(GatewayProcess.Options(settings, token: "")) is { } problem)
        {
            throw CliException.InputWrong($"{problem}.");
        }
    }

    /// <summary>The same for both.</summary>
    public static void Both(Settings settings)
    {
        Gateway(settings);
        var (controller, gateway) = (settings.ControllerListen, settings.GatewayListen);
        if (controller.Port != 0 && controller.Port == gateway.Port)
        {
            throw CliException.InputWrong(
                $"SKY_CONTROLLER_LISTEN={controller.OriginalString} and SKY_GATEWAY_LISTEN={gateway.OriginalString} have the same port: give each its own.");
        }
    }
}
