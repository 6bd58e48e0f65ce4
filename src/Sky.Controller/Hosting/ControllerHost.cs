using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Sky.Controller.Clusters;
using Sky.Controller.Store;
using Sky.Core.Clouds;
using Sky.Core.Engines;
using Sky.Core.Processes;
using Sky.Core.Secrets;
using Sky.Core.Store;

namespace Sky.Controller.Hosting;

/// <summary>Runs a controller until it is told to stop.</summary>
public static class ControllerHost
{
    /// <summary>
    /// Returns the exit code: 0 after an orderly stop, 1 when it cannot run (another controller holds the home, the port is taken,
    /// the database is corrupt), with the reason on standard error.
    /// </summary>
    public static Task<int> RunAsync(ControllerOptions options, ISealer sealer, IEngines engines, IReadOnlyList<ICloud> clouds, CancellationToken cancellationToken) =>
        RunAsync(options, sealer, _ => new ControllerEngines { Engines = engines, Clouds = clouds }, cancellationToken);

    /// <param name="options">Where and how.</param>
    /// <param name="sealer">Seals what is secret in the store.</param>
    /// <param name="engines">Made for the owner that the store names, and disposed of at the end.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<int> RunAsync(
        ControllerOptions options, ISealer sealer, Func<EngineSurroundings, ControllerEngines> engines, CancellationToken cancellationToken)
    {
        if (!options.Listen.IsLoopback || options.Listen.Scheme != Uri.UriSchemeHttp)
        {
            return Fail($"the controller listens on loopback only: SKY_CONTROLLER_LISTEN={options.Listen} is not such an address (http://127.0.0.1:PORT)");
        }

        var home = options.Home;
        try
        {
            HomeFolder.Create(home);
            using var held = FileLock.TryAcquire(home.ControllerLock);
            if (held is null)
            {
                return Fail($"another controller (pid {HomeFolder.Pid(home) ?? "unknown"}) runs in {home.Root}");
            }

            HomeFolder.Clear(home);
            var token = HomeFolder.Token(home);
            using var store = await SqliteStore.OpenAsync(home.Database, sealer, cancellationToken);
            using var clusters = new ClusterChanges(store, TimeProvider.System);
            await clusters.LoadAsync(cancellationToken);
            await using var made = engines(new EngineSurroundings(await store.GetOwnerAsync(cancellationToken), clusters));
            return await ServeAsync(options, store, made, clusters, token, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            return Fail(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail($"{home.Root} cannot be used: {e.Message}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task<int> ServeAsync(
        ControllerOptions options, SqliteStore store, ControllerEngines engines, ClusterChanges clusters, string token, CancellationToken cancellationToken)
    {
        await using var app = ControllerApp.Build(options, store, store, store, store, engines, token, store, clusters, store);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
        {
            // What has begun before the port was asked for must end before it is disposed of.
            await app.StopAsync(CancellationToken.None);
            if (options.NodeListen is { } nodes && e.Message.Contains($":{nodes.Port}", StringComparison.Ordinal))
            {
                return Fail($"port {nodes.Port} is taken: set SKY_CONTROLLER_NODE_LISTEN to another address");
            }

            return Fail($"port {options.Listen.Port} is taken: set SKY_CONTROLLER_LISTEN to another address, such as http://127.0.0.1:{options.Listen.Port + 1}");
        }

        HomeFolder.Announce(options.Home, ControllerApp.Url(app), Environment.ProcessId);
        try
        {
            await app.WaitForShutdownAsync(cancellationToken);
        }
        finally
        {
            HomeFolder.Withdraw(options.Home);
        }

        return 0;
    }

    private static int Fail(string reason)
    {
        Console.Error.WriteLine($"sky controller: {reason}");
        return 1;
    }
}
