using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core;
using Sky.Core.Processes;
using Sky.Gateway.Ingress;
using Sky.Gateway.Ingress.Keys;

namespace Sky.Gateway.Hosting;

/// <summary>Runs a gateway until it is told to stop.</summary>
public static class GatewayHost
{
    private const int Done = 0;
    private const int Failed = 1;

    /// <summary>What of the options keeps a gateway from running, in one line that names setting, value and remedy; null when nothing does.</summary>
    public static string? Problem(GatewayOptions options) =>
        ListenPlan.Problem(options, ListenPlan.From(options)) ?? CertificateStore.ProblemWithDefault(options);

    /// <summary>
    /// Returns the exit code: 0 after an orderly stop (also by SIGTERM or SIGINT) and when another gateway already serves this home,
    /// 1 when it cannot run, with the reason on standard error. Logs go to standard output.
    /// </summary>
    public static async Task<int> RunAsync(GatewayOptions options, CancellationToken cancellationToken)
    {
        var addresses = ListenPlan.From(options);
        if (ListenPlan.Problem(options, addresses) is { } problem)
        {
            return Fail(problem);
        }

        Directory.CreateDirectory(options.Home.Root);
        using var held = FileLock.TryAcquire(options.Home.GatewayLock);
        if (held is null)
        {
            Say(Other(options.Home));
            return Done;
        }

        await using var application = GatewayApplication.Build(
            options, addresses, TimeProvider.System, Guid.NewGuid().ToString("n"), Console);
        if (application.Services.GetRequiredService<CertificateStore>().LoadDefault() is { } broken)
        {
            return Fail(broken);
        }

        if (await KeyPresence.ProblemAsync(application.Services, options, addresses, cancellationToken) is { } unguarded)
        {
            return Fail(unguarded);
        }

        return await ServeAsync(application, options, addresses, cancellationToken);
    }

    /// <summary>Says that another gateway serves <paramref name="home"/>, with its pid where it has told it.</summary>
    public static string Other(SkyHome home)
    {
        try
        {
            return $"Another gateway (pid {int.Parse(File.ReadAllText(home.GatewayPid), CultureInfo.InvariantCulture)}) runs in {home.Root}.";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return $"Another gateway runs in {home.Root}.";
        }
    }

    private static async Task<int> ServeAsync(
        WebApplication application, GatewayOptions options, IReadOnlyList<ListenAddress> addresses, CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            var taken = addresses.FirstOrDefault(a => failure.Message.Contains($":{a.Uri.Port}", StringComparison.Ordinal)) ?? addresses[0];
            return Fail($"cannot listen on {taken}: the port is taken; set {taken.Setting} to another address");
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            return Fail($"cannot listen on {string.Join(", ", addresses)} (SKY_GATEWAY_LISTEN): {failure.Message}");
        }

        var pid = application.Services.GetRequiredService<PidFile>();
        pid.Write();
        if (!pid.StoppedMeanwhile)
        {
            await application.WaitForShutdownAsync(cancellationToken);
        }

        pid.Remove();
        return Done;
    }

    private static void Console(ILoggingBuilder logging) => logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        console.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
    });

    private static int Fail(string reason)
    {
        Say($"sky gateway: {reason}");
        return Failed;
    }

    /// <summary>To standard error, which may be a log on a full disk: then nobody hears it.</summary>
    private static void Say(string sentence)
    {
        try
        {
            System.Console.Error.WriteLine(sentence);
        }
        catch (IOException)
        {
        }
    }
}
