using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Sky.Core;
using Sky.Core.Processes;
using Sky.Node.Enrolment;

namespace Sky.Node.Hosting;

/// <summary>Runs an agent until it is told to stop.</summary>
public static class AgentHost
{
    private const int Done = 0;
    private const int Failed = 1;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Returns the exit code: 0 after an orderly stop, 1 when it cannot run (another agent holds the home, the port is taken, its enrolment is refused),
    /// with the reason on standard error. Logs go to standard output.
    /// </summary>
    public static async Task<int> RunAsync(NodeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(options.Home.Root, OwnerOnly);
            Directory.CreateDirectory(options.Home.Node, OwnerOnly);
            using var held = FileLock.TryAcquire(options.Home.NodeLock);
            if (held is null)
            {
                return Fail($"another agent runs in {options.Home.Root}");
            }

            using var logs = LoggerFactory.Create(Console);
            var enrolment = new NodeEnrolment(options, TimeProvider.System, logs.CreateLogger<NodeEnrolment>());
            var (membership, join) = await enrolment.EnsureAsync(cancellationToken);
            await using var app = AgentApp.Build(options, membership, join, TimeProvider.System, Console);
            await app.RunAsync(cancellationToken);
            return Done;
        }
        catch (EnrolmentException refused)
        {
            return Fail(refused.Message);
        }
        catch (SocketException failure)
        {
            return Fail($"cannot listen on {options.Listen}: {failure.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Fail($"{options.Home.Root} cannot be used: {failure.Message}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Done;
        }
    }

    private static void Console(ILoggingBuilder logging) => logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        console.ColorBehavior = LoggerColorBehavior.Disabled;
    });

    private static int Fail(string reason)
    {
        System.Console.Error.WriteLine($"sky node: {reason}");
        return Failed;
    }
}
