using System.Net.Sockets;
using System.Net.Http.Headers;
using Microsoft.Extensions.Hosting;
using Sky.Core.Metering;
using Sky.Gateway.Metering;
using Sky.Gateway.Metering.Journal;
using Sky.Gateway.Telemetry.Metrics;

namespace Sky.Gateway.Forwarding.Mirroring;

/// <summary>
/// Sends copies of requests, reads the answers to their ends and drops them. What they use of a model is settled in the ledger, for nobody's key and marked as mirrored.
/// </summary>
internal sealed class MirrorSender(MirrorQueue queue, UpstreamClient upstream, MeteringStage metering, GatewayMetrics metrics, TimeProvider time) : BackgroundService
{
    /// <summary>A copy that takes longer is cut.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sending = new HashSet<Task>();
        try
        {
            await foreach (var job in queue.AllAsync(stoppingToken))
            {
                sending.RemoveWhere(task => task.IsCompleted);
                sending.Add(SendAsync(job, stoppingToken));
            }
        }
        finally
        {
            await Task.WhenAll(sending);
        }
    }

    private async Task SendAsync(MirrorJob job, CancellationToken stoppingToken)
    {
        await Task.Yield();
        var entry = Enter(job);
        var (service, version) = (job.Service, job.Lease.Replica.Version);
        metrics.MirrorSent(service, version);
        UsageReader? usage = null;
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            using var lease = job.Lease;
            using var message = job.Message;
            var began = time.GetTimestamp();
            using var response = await upstream.Invoker.SendAsync(message, either.Token);
            var first = (TimeSpan?)null;
            usage = response.IsSuccessStatusCode && job.Model is not null ? ReaderFor(response.Content.Headers.ContentType, job.MostTokens) : null;
            await using var answer = await response.Content.ReadAsStreamAsync(either.Token);
            var buffer = new byte[16 << 10];
            while (await answer.ReadAsync(buffer, either.Token) is var read && read > 0)
            {
                first ??= time.GetElapsedTime(began);
                lease.FirstToken();
                usage?.Read(buffer.AsSpan(0, read));
            }

            var whole = time.GetElapsedTime(began);
            metrics.MirrorEnded(service, version, (int)response.StatusCode);
            Count(job, (int)response.StatusCode, first ?? whole, whole, Settle(job, entry, usage));
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or OperationCanceledException)
        {
            Settle(job, entry, usage);
            if (!stoppingToken.IsCancellationRequested)
            {
                metrics.MirrorEnded(service, version, null);
                job.Counter?.Failed();
            }
        }
        finally
        {
            queue.Leave();
        }
    }

    private static void Count(MirrorJob job, int status, TimeSpan first, TimeSpan whole, Settlement? settlement)
    {
        if (status >= 500)
        {
            job.Counter?.Failed();
        }
        else if (status >= 400)
        {
            job.Counter?.Answered(null, null, null);
        }
        else
        {
            job.Counter?.Answered(first, whole, settlement);
        }
    }

    private static UsageReader? ReaderFor(MediaTypeHeaderValue? type, long most) => type?.MediaType switch
    {
        "text/event-stream" => new UsageReader(stream: true, most),
        { } json when json.Contains("json", StringComparison.OrdinalIgnoreCase) => new UsageReader(stream: false, most),
        _ => null,
    };

    /// <summary>Nothing is reserved: when the gateway is killed, a copy has used nothing.</summary>
    private (JournalEntry? Entry, ReservationRecord Reservation)? Enter(MirrorJob job)
    {
        if (job.Model is null)
        {
            return null;
        }

        var reservation = new ReservationRecord { At = metering.Now, Key = null, Service = job.Service.Name.Value, Model = job.Model, Reserved = default, Prices = job.Prices };
        var entry = metering.Take();
        entry?.Reserve(reservation);
        return (entry, reservation);
    }

    private Settlement? Settle(MirrorJob job, (JournalEntry? Entry, ReservationRecord Reservation)? entered, UsageReader? usage)
    {
        if (entered is not var (entry, reservation))
        {
            return null;
        }

        var replica = job.Lease.Replica;
        var end = new ProgressRecord(
            metering.Now, usage?.Tokens(job.PromptTokens) ?? default, usage?.Events ?? 0, replica.Id.Value, replica.Version, SettlementKind.Mirrored);
        entry?.Settle(end);
        return usage is null ? null : SettlementReader.Settle(entry?.Sequence ?? -1, reservation, end);
    }
}
