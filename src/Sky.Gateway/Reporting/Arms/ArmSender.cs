using Microsoft.Extensions.Hosting;
using Sky.Core;
using Sky.Core.Traffic.Experiments;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Feedback;

namespace Sky.Gateway.Reporting.Arms;

/// <summary>
/// Tells the controller once a second what arms have come to, each from the beginning of this run on, so that a word that is lost or told twice changes nothing.
/// What the last second saw is lost when the process is killed: the ledger is elsewhere.
/// </summary>
/// <param name="book">The arms.</param>
/// <param name="answers">What was answered by which.</param>
/// <param name="controller">Where it is told.</param>
/// <param name="gateway">The name of this run.</param>
/// <param name="time">The clock.</param>
internal sealed class ArmSender(ArmBook book, AnswerMap answers, ControllerClient controller, string gateway, TimeProvider time) : BackgroundService
{
    /// <summary>Answers in one word: less than a megabyte of them.</summary>
    private const int MostAnswers = 5_000;

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
            var given = answers.Untold(MostAnswers);
            if (untold.Count + given.Count > 0)
            {
                if (await TrySendAsync(Batch(untold.Select(arm => (arm.Key, arm.Read.Totals)), given), cancellationToken))
                {
                    untold.ForEach(arm => arm.Counter.Told = arm.Read.Changes);
                }
                else
                {
                    given.ToList().ForEach(answers.Tell);
                }
            }

            book.Prune();
        }
        finally
        {
            _sending.Release();
        }
    }

    private ArmBatch Batch(IEnumerable<(ArmKey Key, ArmTotals Totals)> arms, IReadOnlyList<AnswerReport> given) => new()
    {
        Gateway = gateway,
        Sequence = ++_sequence,
        Arms = [.. arms.Select(arm => new ArmReport { Service = arm.Key.Service, Generation = arm.Key.Generation, Version = arm.Key.Version, Totals = arm.Totals })],
        Answers = given.Count > 0 ? given : null,
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
