using Microsoft.Extensions.Logging;
using Sky.Core.Metering;
using Sky.Core.Services;
using Sky.Gateway.Ingress;
using Sky.Gateway.Metering.Journal;

namespace Sky.Gateway.Metering;

/// <summary>Gives each request to a model its meter.</summary>
internal sealed partial class MeteringStage(
    SettlementJournal journal, ITokenCounter tokens, IEnumerable<IMeter> meters, TimeProvider time, ILogger<MeteringStage> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);
    private readonly IMeter[] _meters = [.. meters];
    private long _told;

    public ITokenCounter Tokens => tokens;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Sets <see cref="GatewayRequest.Meter"/> where there is something to count.</summary>
    public void Begin(GatewayRequest request)
    {
        if (request.Call is { } call)
        {
            request.Meter = new RequestMeter(request, call, this);
        }
    }

    public JournalEntry? Take() => journal.Take();

    /// <summary>The replica said that it used what it cannot have: said in the log once a minute, and counted.</summary>
    public void Disbelieved(GatewayRequest request)
    {
        request.Telemetry.Disbelieved(request.Route.Service);
        var (told, now) = (Interlocked.Read(ref _told), Now.UtcTicks);
        if (now - told >= Quiet.Ticks && Interlocked.CompareExchange(ref _told, now, told) == told)
        {
            NotBelieved(logger, request.Route.Service.Name, request.Replica?.Id.Value ?? 0);
        }
    }

    public void Tell(GatewayRequest request, JournalEntry? entry, ReservationRecord reservation, in ProgressRecord end)
    {
        if (_meters.Length == 0)
        {
            return;
        }

        var settlement = SettlementReader.Settle(entry?.Sequence ?? -1, reservation, end);
        foreach (var meter in _meters)
        {
            meter.Settled(request, settlement);
        }
    }

    [LoggerMessage(4072, LogLevel.Warning, "Replica {Replica} of {Service} says that a request used more tokens than it can have (limits.tokens_per_request); it is estimated instead")]
    private static partial void NotBelieved(ILogger logger, ServiceName service, int replica);
}
