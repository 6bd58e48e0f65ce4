using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Health;

/// <summary>Asks replicas that could not be reached, once a second, with the service's own readiness probe, whether they are back.</summary>
internal sealed partial class SuspectProber(EndpointTable table, ReplicaProbe probes, TimeProvider time, ILogger<SuspectProber> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly Dictionary<ReplicaTracker, Task> _running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Begin(stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_running.Values);
        }
    }

    /// <summary>One probe at a time for each suspect.</summary>
    private void Begin(CancellationToken stoppingToken)
    {
        foreach (var done in _running.Where(r => r.Value.IsCompleted).Select(r => r.Key).ToArray())
        {
            _running.Remove(done);
        }

        foreach (var service in table.Current.All)
        {
            var snapshot = service.Snapshot();
            foreach (var replica in snapshot.Replicas)
            {
                if (replica is { Suspect: true, Draining: false } && snapshot.Endpoints is { } endpoints && !_running.ContainsKey(replica))
                {
                    _running.Add(replica, ProbeAsync(service, replica, endpoints.ReadinessProbe, stoppingToken));
                }
            }
        }
    }

    private async Task ProbeAsync(ServiceState service, ReplicaTracker replica, ReadinessProbeSpec probe, CancellationToken stoppingToken)
    {
        if (await probes.PassesAsync(replica, probe, stoppingToken) && service.SetSuspect(replica, false))
        {
            BackInRotation(logger, service.Name, replica.Id);
        }
    }

    [LoggerMessage(4010, LogLevel.Information, "{Service}: replica {Replica} is back in rotation: its probe passed")]
    private static partial void BackInRotation(ILogger logger, ServiceName service, ReplicaId replica);
}
