using Sky.Core.Metering;
using Sky.Core.Services;

namespace Sky.Gateway.Metering.Journal;

/// <summary>Makes of a slot what the request used.</summary>
internal static class SettlementReader
{
    /// <param name="slot">The bytes.</param>
    /// <param name="sequence">The request's.</param>
    /// <param name="ended">
    /// The gateway is gone: of a request that was in flight, the events that it had read are charged; where it had read none, the reservation.
    /// </param>
    public static Settlement? Read(ReadOnlySpan<byte> slot, long sequence, bool ended)
    {
        if (SlotLayout.ReadReservation(slot) is not { } reservation)
        {
            return null;
        }

        var end = SlotLayout.ReadProgress(slot[SlotLayout.SettlementAt..], out _) ?? (ended ? Left(slot, reservation) : null);
        return end is { } known ? Settle(sequence, reservation, known) : null;
    }

    public static Settlement Settle(long sequence, ReservationRecord reservation, in ProgressRecord end) => new()
    {
        Sequence = sequence,
        At = end.At,
        Key = reservation.Key,
        Service = new ServiceName(reservation.Service),
        Model = reservation.Model,
        Version = end.Version,
        Replica = end.Replica,
        Usage = end.Usage,
        Cost = TokenCost.Of(end.Usage, reservation.Prices),
        Currency = reservation.Prices?.Currency,
        Kind = end.Kind,
        Events = end.Events,
    };

    private static ProgressRecord Left(ReadOnlySpan<byte> slot, ReservationRecord reservation)
    {
        var a = SlotLayout.ReadProgress(slot[SlotLayout.ProgressAt(0)..], out var turnOfA);
        var b = SlotLayout.ReadProgress(slot[SlotLayout.ProgressAt(1)..], out var turnOfB);
        if ((a is not null && b is not null && turnOfA > turnOfB ? a : b ?? a) is not { Replica: > 0 } last)
        {
            // Between the reservation and the sending, or after no replica could be reached.
            return new ProgressRecord(reservation.At, default, 0, 0, 0, SettlementKind.Unsent);
        }

        return last.Events > 0 ? last : last with { Usage = reservation.Reserved, Kind = SettlementKind.Kept };
    }
}
