using Sky.Core.Metering;
using Sky.Gateway.Ingress;
using Sky.Gateway.Metering.Journal;

namespace Sky.Gateway.Metering;

/// <summary>Gives each request to a model its meter.</summary>
internal sealed class MeteringStage(SettlementJournal journal, ITokenCounter tokens, IEnumerable<IMeter> meters, TimeProvider time)
{
    private readonly IMeter[] _meters = [.. meters];

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
}
