using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sky.Controller.Nodes;

/// <summary>Keeps the certificates of controller and gateway good, once there is a CA.</summary>
internal sealed partial class CertificateKeeper(NodeAuthority authority, TimeProvider time, ILogger<CertificateKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                if (authority.Exists)
                {
                    authority.RenewOwn();
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                CannotRenew(logger, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(2070, LogLevel.Error, "Cannot keep the certificates for nodes: {Reason}; it is tried again")]
    private static partial void CannotRenew(ILogger logger, string reason);
}
