using System.CommandLine;
using System.CommandLine.Completions;
using Sky.Cli.Client;
using Sky.Cli.Hosting;

namespace Sky.Cli.Keys;

/// <summary>Arguments and options that the verbs on keys share.</summary>
internal static class KeyArguments
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static Argument<string> Key(CliContext context) => new("KEY")
    {
        Description = "The key's name or id.",
        HelpName = "KEY",
        CompletionSources = { _ => Suggest(context) },
    };

    /// <summary>The controller, or the error that there is no such key where there is no controller and never was.</summary>
    public static async Task<ControllerClient> ClientAsync(ControllerConnector connector, string key, CancellationToken cancellationToken) =>
        await connector.ConnectToLookAsync(cancellationToken) ?? throw CliException.NotFound($"There is no key '{key}'. Make one with `sky keys create`.");

    private static IEnumerable<CompletionItem> Suggest(CliContext context)
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience, context.Time);
            return Task.Run(() => NamesAsync(context, limit.Token)).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is CliException or ControllerUnreachableException or ControllerRefusedException
            or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static async Task<IEnumerable<CompletionItem>> NamesAsync(CliContext context, CancellationToken cancellationToken)
    {
        var client = await new ControllerConnector(context, Settings.Read(context, _ => null)).FindAsync(cancellationToken);
        return client is null
            ? []
            : (await client.KeysAsync(cancellationToken)).Where(key => key.RevokedAt is null).Select(key => new CompletionItem(key.Name)).ToList();
    }
}
