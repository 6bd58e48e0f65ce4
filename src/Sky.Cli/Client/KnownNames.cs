using System.CommandLine.Completions;
using Sky.Cli.Hosting;

namespace Sky.Cli.Client;

/// <summary>Names for a shell's completion: from a controller that runs, within a second, and never with an error.</summary>
internal static class KnownNames
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Names of services; empty where no controller answers. Nothing is started.</summary>
    public static IEnumerable<CompletionItem> Suggest(CliContext context) => Suggest(
        context, async (client, cancellationToken) => (await client.ListAsync([], cancellationToken)).Select(service => service.Name));

    /// <summary>Names that a controller knows; empty where none answers in time. Nothing is started.</summary>
    public static IEnumerable<CompletionItem> Suggest(
        CliContext context, Func<ControllerClient, CancellationToken, Task<IEnumerable<string>>> names)
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience, context.Time);
            return Task.Run(() => NamesAsync(context, names, limit.Token)).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is CliException or ControllerUnreachableException or ControllerRefusedException
            or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static async Task<IEnumerable<CompletionItem>> NamesAsync(
        CliContext context, Func<ControllerClient, CancellationToken, Task<IEnumerable<string>>> names, CancellationToken cancellationToken)
    {
        var client = await new ControllerConnector(context, Settings.Read(context, _ => null)).FindAsync(cancellationToken);
        return client is null ? [] : (await names(client, cancellationToken)).Select(name => new CompletionItem(name)).ToList();
    }
}
