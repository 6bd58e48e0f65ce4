using System.Buffers.Binary;
using System.IO.Hashing;
using Sky.Core.Metering;
using Sky.Core.Specs;

namespace Sky.Gateway.Metering.Journal;

/// <summary>
/// The bytes of one slot: the reservation, two places for progress that are written in turn, so that one of them is always whole, and the
/// settlement. Each carries a checksum; zeros are no record.
/// </summary>
internal static class SlotLayout
{
    public const int Size = 576;
    public const int ReservationSize = 384;
    public const int ProgressSize = 64;
    public const int SettlementAt = ReservationSize + (2 * ProgressSize);

    private const int Head = 6;
    private const int LongestKey = 64;
    private const int LongestService = 64;
    private const int LongestModel = 128;
    private const int LongestCurrency = 16;

    public static int ProgressAt(int turn) => ReservationSize + (turn % 2 * ProgressSize);

    /// <returns>Bytes written.</returns>
    public static int Write(ReservationRecord record, Span<byte> slot)
    {
        var writer = new SlotWriter(slot[Head..ReservationSize]);
        writer.Add(record.At.ToUnixTimeMilliseconds());
        writer.Add(record.Reserved.Prompt);
        writer.Add(record.Reserved.Completion);
        writer.Add(record.Key is null ? (byte)0 : (byte)1);
        writer.Add(record.Key ?? "", LongestKey);
        writer.Add(record.Service, LongestService);
        writer.Add(record.Model, LongestModel);
        writer.Add(record.Prices is null ? (byte)0 : record.Prices.CachedInput is null ? (byte)1 : (byte)2);
        if (record.Prices is { } prices)
        {
            writer.Add(prices.Input);
            writer.Add(prices.CachedInput ?? 0);
            writer.Add(prices.Output);
            writer.Add(prices.Currency, LongestCurrency);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(slot, (ushort)writer.Written);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[2..], Crc32.HashToUInt32(slot.Slice(Head, writer.Written)));
        return Head + writer.Written;
    }

    /// <summary>Null: there is none, or it is not whole.</summary>
    public static ReservationRecord? ReadReservation(ReadOnlySpan<byte> slot)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(slot);
        if (length is 0 or > ReservationSize - Head || Crc32.HashToUInt32(slot.Slice(Head, length)) != BinaryPrimitives.ReadUInt32LittleEndian(slot[2..]))
        {
            return null;
        }

        var reader = new SlotReader(slot.Slice(Head, length));
        var at = DateTimeOffset.FromUnixTimeMilliseconds(reader.Long());
        var reserved = new TokenUsage(reader.Long(), 0, reader.Long());
        var hasKey = reader.Byte() != 0;
        var key = reader.Text();
        return new ReservationRecord
        {
            At = at,
            Reserved = reserved,
            Key = hasKey ? key : null,
            Service = reader.Text(),
            Model = reader.Text(),
            Prices = ReadPrices(ref reader),
        };
    }

    public static void Write(in ProgressRecord record, int turn, Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, record.At.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], record.Usage.Prompt);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], record.Usage.Cached);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], record.Usage.Completion);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], record.Events);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], record.Replica);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[44..], record.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[48..], (int)record.Kind);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[52..], turn);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[56..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[60..], Crc32.HashToUInt32(bytes[..60]));
    }

    /// <summary>Null: there is none, or it is not whole.</summary>
    public static ProgressRecord? ReadProgress(ReadOnlySpan<byte> bytes, out int turn)
    {
        turn = BinaryPrimitives.ReadInt32LittleEndian(bytes[52..]);
        if (bytes[56] != 1 || Crc32.HashToUInt32(bytes[..60]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[60..]))
        {
            return null;
        }

        return new ProgressRecord(
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
            new TokenUsage(
                BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[24..])),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[44..]),
            (SettlementKind)BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]));
    }

    private static PriceSpec? ReadPrices(ref SlotReader reader)
    {
        var form = reader.Byte();
        if (form == 0)
        {
            return null;
        }

        var (input, cached, output) = (reader.Decimal(), reader.Decimal(), reader.Decimal());
        return new PriceSpec { Input = input, CachedInput = form == 2 ? cached : null, Output = output, Currency = reader.Text() };
    }
}
