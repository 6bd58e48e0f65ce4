using Microsoft.Extensions.Hosting;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Admission;

/// <summary>Looks at held requests once a second, for those that waited too long, and refuses all of them when the gateway stops.</summary>
internal sealed class HoldKeeper(EndpointTable table, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stopping = lifetime.ApplicationStopping.UnsafeRegister(_ => StopAll(), null);
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var service in table.Current.All)
            {
                service.Held.Review();
            }
        }
    }

    private void StopAll()
    {
        foreach (var service in table.Current.All)
        {
            service.Held.Stop();
        }
    }
}
