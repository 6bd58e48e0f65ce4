using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sky.Core;
using Sky.Core.Metering;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Metering.Journal;

/// <summary>
/// Tells the controller once a second what was settled, this run's and what earlier runs of the home left, and gives up what it has. What could
/// not be told stays in the journal and is told again; the controller counts it once. It also brings the journal to the disk.
/// </summary>
internal sealed partial class SettlementSender(
    SettlementJournal journal, ControllerClient controller, TimeProvider time, ILogger<SettlementSender> logger) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private readonly Queue<string> _left = new(journal.Left);
    private readonly SemaphoreSlim _sending = new(1);

    /// <summary>After the last request, a last time; what is then left is the next run's to tell.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await RoundAsync(over: true, either.Token);
        }
        catch (OperationCanceledException)
        {
            // Its journal stays.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RoundAsync(over: false, stoppingToken);
        }
    }

    private async Task RoundAsync(bool over, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            journal.Prepare();
            Flush();
            var reached = await SendLeftAsync(cancellationToken);
            foreach (var segment in journal.Segments)
            {
                reached = reached && await SendAsync(segment, Used(segment), ended: false, cancellationToken);
                if (segment.Told == JournalSegment.Slots || (over && segment.Told == Used(segment)))
                {
                    journal.Remove(segment);
                }
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private int Used(JournalSegment segment) => (int)Math.Clamp(journal.Next - segment.First, 0, JournalSegment.Slots);

    private void Flush()
    {
        foreach (var segment in journal.Segments)
        {
            try
            {
                segment.Flush();
            }
            catch (IOException failure)
            {
                CannotFlush(logger, segment.Path, failure.Message);
            }
        }
    }

    private async Task<bool> SendLeftAsync(CancellationToken cancellationToken)
    {
        while (_left.TryPeek(out var path))
        {
            if (!await SendLeftAsync(path, cancellationToken))
            {
                return false;
            }

            _left.Dequeue();
        }

        return true;
    }

    private async Task<bool> SendLeftAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using (var segment = JournalSegment.Read(path))
            {
                if (segment is not null && !await SendAsync(segment, JournalSegment.Slots, ended: true, cancellationToken))
                {
                    return false;
                }

                if (segment is { Told: > 0 })
                {
                    Recovered(logger, segment.Told, segment.Run);
                }
            }

            journal.Discard(path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            CannotRead(logger, path, failure.Message);
            return true;
        }
    }

    /// <summary>False: the controller was not reached; the rest is for later.</summary>
    private async Task<bool> SendAsync(JournalSegment segment, int used, bool ended, CancellationToken cancellationToken)
    {
        var slots = new List<int>();
        var settlements = new List<Settlement>();
        for (var slot = 0; slot < used && segment.Told < used; slot++)
        {
            if (!segment.IsTold(slot) && segment.Settlement(slot, ended) is { } settlement)
            {
                slots.Add(slot);
                settlements.Add(settlement);
            }

            if (settlements.Count == BatchSize || (slot == used - 1 && settlements.Count > 0))
            {
                if (!await TrySendAsync(new SettlementBatch { Gateway = segment.Run, Settlements = settlements }, cancellationToken))
                {
                    return false;
                }

                slots.ForEach(segment.MarkTold);
                slots.Clear();
                settlements.Clear();
            }
        }

        return true;
    }

    private async Task<bool> TrySendAsync(SettlementBatch batch, CancellationToken cancellationToken)
    {
        using var response = await controller.PostAsync("/api/v1/gateways/settlements", batch, SkyJson.Default.SettlementBatch, cancellationToken);
        return response is { IsSuccessStatusCode: true };
    }

    public override void Dispose()
    {
        _sending.Dispose();
        base.Dispose();
    }

    [LoggerMessage(4061, LogLevel.Information, "Told the controller what {Count} requests used that the earlier run {Run} had not told")]
    private static partial void Recovered(ILogger logger, int count, string run);

    [LoggerMessage(4062, LogLevel.Error, "Cannot read the journal {File}: {Reason}; it is left as it is")]
    private static partial void CannotRead(ILogger logger, string file, string reason);

    [LoggerMessage(4063, LogLevel.Warning, "Cannot flush the journal {File}: {Reason}")]
    private static partial void CannotFlush(ILogger logger, string file, string reason);
}
