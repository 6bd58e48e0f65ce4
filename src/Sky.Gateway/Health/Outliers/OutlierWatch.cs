using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Services;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Telemetry.Metrics;

namespace Sky.Gateway.Health.Outliers;

/// <summary>Has every service look once a second at which of its replicas come back, or are to be left out.</summary>
internal sealed partial class OutlierWatch(EndpointTable table, GatewayMetrics metrics, TimeProvider time, ILogger<OutlierWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var service in table.Current.All)
            {
                foreach (var replica in service.Outliers.Review())
                {
                    Say(service, replica);
                }
            }
        }
    }

    private void Say(ServiceState service, ReplicaTracker replica)
    {
        if (replica.Outcomes.Ejected)
        {
            Ejected(logger, service.Name, replica.Id);
            metrics.Ejected(service, EjectionReason.Outlier);
        }
        else
        {
            Returned(logger, service.Name, replica.Id);
        }
    }

    [LoggerMessage(4011, LogLevel.Warning, "{Service}: replica {Replica} is ejected: it succeeds much less often than the others")]
    private static partial void Ejected(ILogger logger, ServiceName service, ReplicaId replica);

    [LoggerMessage(4012, LogLevel.Information, "{Service}: replica {Replica} comes back from its ejection, little by little")]
    private static partial void Returned(ILogger logger, ServiceName service, ReplicaId replica);
}
