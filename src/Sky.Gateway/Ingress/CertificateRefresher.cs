using Microsoft.Extensions.Hosting;

namespace Sky.Gateway.Ingress;

/// <summary>Looks every two seconds whether certificate files changed: watching folders misses renames of mounted secrets.</summary>
internal sealed class CertificateRefresher(CertificateStore certificates, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            certificates.Refresh();
        }
    }
}
