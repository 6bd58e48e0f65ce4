using System.Text.Json;
using Sky.Cli.Serve;
using Sky.Controller.Api;

namespace Sky.Cli.Keys;

/// <summary>Shows a secret the one time it is known: alone on standard output, so that a script can take it; what goes with it on standard error.</summary>
internal static class KeyOutput
{
    public static void Secret(CliContext context, KeySecretView made, bool json, string what)
    {
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(made, ApiJson.Default.KeySecretView)));
            return;
        }

        context.Screen.ErrorLine(what);
        context.Screen.ErrorLine("Its secret is shown this once and kept nowhere. Send it as `Authorization: Bearer …` or `x-api-key: …`.");
        context.Screen.Line(made.Secret);
    }
}
