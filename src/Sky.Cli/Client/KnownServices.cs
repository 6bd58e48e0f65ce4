using System.CommandLine.Completions;
using Sky.Cli.Hosting;

namespace Sky.Cli.Client;

/// <summary>The names of services for a shell's completion: from a controller that runs, within a second, and never with an error.</summary>
internal static class KnownServices
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Empty where no controller answers; nothing is started.</summary>
    public static IEnumerable<CompletionItem> Suggest(CliContext context)
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
        return client is null ? [] : (await client.ListAsync([], cancellationToken)).Select(service => new CompletionItem(service.Name)).ToList();
    }
}
