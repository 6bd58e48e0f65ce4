namespace Sky.Gateway.Metering.Journal;

/// <summary>One request's place in the journal. Written by the request alone.</summary>
/// <param name="segment">The file.</param>
/// <param name="slot">The place.</param>
internal sealed class JournalEntry(JournalSegment segment, int slot)
{
    private int _turn;

    public long Sequence => segment.First + slot;

    public void Reserve(ReservationRecord record)
    {
        Span<byte> bytes = stackalloc byte[SlotLayout.ReservationSize];
        segment.Write(slot, 0, bytes[..SlotLayout.Write(record, bytes)]);
    }

    public void Progress(in ProgressRecord record)
    {
        Span<byte> bytes = stackalloc byte[SlotLayout.ProgressSize];
        SlotLayout.Write(record, ++_turn, bytes);
        segment.Write(slot, SlotLayout.ProgressAt(_turn), bytes);
    }

    public void Settle(in ProgressRecord record)
    {
        Span<byte> bytes = stackalloc byte[SlotLayout.ProgressSize];
        SlotLayout.Write(record, 0, bytes);
        segment.Write(slot, SlotLayout.SettlementAt, bytes);
    }
}
