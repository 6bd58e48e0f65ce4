using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Sky.Controller.Store;
using Sky.Core.Clouds;
using Sky.Core.Engines;
using Sky.Core.Processes;
using Sky.Core.Secrets;
using Sky.Core.Services;
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
        RunAsync(options, sealer, _ => engines, clouds, cancellationToken);

    /// <param name="options">Where and how.</param>
    /// <param name="sealer">Seals what is secret in the store.</param>
    /// <param name="engines">Made for the owner that the store names; those that can be disposed are, at the end.</param>
    /// <param name="clouds">In order of preference where they cost the same.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<int> RunAsync(
        ControllerOptions options, ISealer sealer, Func<OwnerId, IEngines> engines, IReadOnlyList<ICloud> clouds, CancellationToken cancellationToken)
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
            var made = engines(await store.GetOwnerAsync(cancellationToken));
            try
            {
                return await ServeAsync(options, store, made, clouds, token, cancellationToken);
            }
            finally
            {
                await EndAsync(made);
            }
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
        ControllerOptions options, SqliteStore store, IEngines engines, IReadOnlyList<ICloud> clouds, string token, CancellationToken cancellationToken)
    {
        await using var app = ControllerApp.Build(options, store, store, store, store, engines, clouds, token, store);
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

    private static async Task EndAsync(IEngines engines)
    {
        foreach (var engine in engines.All.OfType<IAsyncDisposable>())
        {
            await engine.DisposeAsync();
        }
    }

    private static int Fail(string reason)
    {
        Console.Error.WriteLine($"sky controller: {reason}");
        return 1;
    }
}
