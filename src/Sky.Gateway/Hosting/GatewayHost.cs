namespace Sky.Gateway.Hosting;

/// <summary>Runs a gateway until it is told to stop.</summary>
public static class GatewayHost
{
    /// <summary>Returns the exit code: 0 after an orderly stop, 1 when it cannot run, with the reason on standard error.</summary>
    public static Task<int> RunAsync(GatewayOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();
}
