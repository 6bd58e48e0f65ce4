using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Hosting;

namespace Sky.Gateway.Ingress.Keys;

/// <summary>Whether the gateway may listen beyond its own machine: only with keys, because without them anybody could call.</summary>
internal static class KeyPresence
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What forbids it, in one line; null when nothing does.</summary>
    public static async Task<string?> ProblemAsync(
        IServiceProvider parts, GatewayOptions options, IReadOnlyList<ListenAddress> addresses, CancellationToken cancellationToken)
    {
        if (options.AllowAnonymous || addresses.FirstOrDefault(IsOutside) is not { } outside || parts.GetRequiredService<KeyTable>().Current.Any)
        {
            return null;
        }

        return await AskAsync(parts.GetRequiredService<ControllerClient>(), cancellationToken) switch
        {
            true => null,
            false => $"{outside} ({outside.Setting}) is reachable from outside and no key is defined: make one with `sky keys create`, or let anybody call with --allow-anonymous",
            null => $"{outside} ({outside.Setting}) is reachable from outside and no key is known, as the controller cannot be reached: start it, or let anybody call with --allow-anonymous",
        };
    }

    private static bool IsOutside(ListenAddress address)
    {
        if (address.Kind is ListenKind.Metrics)
        {
            // Nobody gets to a model there.
            return false;
        }

        try
        {
            return !address.IsLoopback;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Whether the controller knows a key; null when it cannot be asked.</summary>
    private static async Task<bool?> AskAsync(ControllerClient controller, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var keys = JsonDocument.Parse(await controller.Http.GetByteArrayAsync("/api/v1/keys", patience.Token));
            return keys.RootElement.GetArrayLength() > 0;
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or JsonException or InvalidOperationException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
