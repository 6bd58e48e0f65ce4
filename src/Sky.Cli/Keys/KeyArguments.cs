using System.CommandLine;
using System.CommandLine.Completions;
using Sky.Cli.Client;

namespace Sky.Cli.Keys;

/// <summary>Arguments and options that the verbs on keys share.</summary>
internal static class KeyArguments
{
    public static Argument<string> Key(CliContext context) => new("KEY")
    {
        Description = "The key's name or id.",
        HelpName = "KEY",
        CompletionSources = { _ => Suggest(context) },
    };

    /// <summary>The controller, or the error that there is no such key where there is no controller and never was.</summary>
    public static async Task<ControllerClient> ClientAsync(ControllerConnector connector, string key, CancellationToken cancellationToken) =>
        await connector.ConnectToLookAsync(cancellationToken) ?? throw CliException.NotFound($"There is no key '{key}'. Make one with `sky keys create`.");

    private static IEnumerable<CompletionItem> Suggest(CliContext context) => KnownNames.Suggest(
        context, async (client, cancellationToken) => (await client.KeysAsync(cancellationToken)).Where(key => key.RevokedAt is null).Select(key => key.Name));
}
