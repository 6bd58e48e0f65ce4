using Microsoft.Extensions.Hosting;
using Sky.Core;
using Sky.Core.Traffic.Experiments;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Reporting.Arms;

/// <summary>
/// Tells the controller once a second what arms have come to, each from the beginning of this run on, so that a word that is lost or told twice changes nothing.
/// What the last second saw is lost when the process is killed: the ledger is elsewhere.
/// </summary>
/// <param name="book">The arms.</param>
/// <param name="controller">Where it is told.</param>
/// <param name="gateway">The name of this run.</param>
/// <param name="time">The clock.</param>
internal sealed class ArmSender(ArmBook book, ControllerClient controller, string gateway, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _sending = new(1);
    private long _sequence;

    /// <summary>After the last request, a last time.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await SendAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // There is no time left for it.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SendAsync(stoppingToken);
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            var untold = book.Untold().Select(arm => (arm.Key, arm.Counter, Read: arm.Counter.Read())).ToList();
            if (untold.Count > 0 && await TrySendAsync(Batch(untold.Select(arm => (arm.Key, arm.Read.Totals))), cancellationToken))
            {
                untold.ForEach(arm => arm.Counter.Told = arm.Read.Changes);
            }

            book.Prune();
        }
        finally
        {
            _sending.Release();
        }
    }

    private ArmBatch Batch(IEnumerable<(ArmKey Key, ArmTotals Totals)> arms) => new()
    {
        Gateway = gateway,
        Sequence = ++_sequence,
        Arms = [.. arms.Select(arm => new ArmReport { Service = arm.Key.Service, Generation = arm.Key.Generation, Version = arm.Key.Version, Totals = arm.Totals })],
    };

    private async Task<bool> TrySendAsync(ArmBatch batch, CancellationToken cancellationToken)
    {
        using var response = await controller.PostAsync("/api/v1/gateways/arms", batch, SkyJson.Default.ArmBatch, cancellationToken);
        return response is { IsSuccessStatusCode: true };
    }

    public override void Dispose()
    {
        _sending.Dispose();
        base.Dispose();
    }
}
