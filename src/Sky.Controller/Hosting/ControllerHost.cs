using Sky.Core.Clouds;
using Sky.Core.Engines;

namespace Sky.Controller.Hosting;

/// <summary>Runs a controller until it is told to stop.</summary>
public static class ControllerHost
{
    /// <summary>
    /// Returns the exit code: 0 after an orderly stop, 1 when it cannot run (another controller holds the home, the port is taken,
    /// the database is corrupt), with the reason on standard error.
    /// </summary>
    public static Task<int> RunAsync(ControllerOptions options, IEngine engine, ICloud cloud, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
