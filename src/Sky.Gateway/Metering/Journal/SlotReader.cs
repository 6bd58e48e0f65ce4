using System.Buffers.Binary;
using System.Text;

namespace Sky.Gateway.Metering.Journal;

/// <summary>Reads what <see cref="SlotWriter"/> wrote.</summary>
internal ref struct SlotReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public byte Byte() => _bytes[_at++];

    public long Long()
    {
        _at += sizeof(long);
        return BinaryPrimitives.ReadInt64LittleEndian(_bytes[(_at - sizeof(long))..]);
    }

    public decimal Decimal()
    {
        Span<int> parts = stackalloc int[4];
        foreach (ref var part in parts)
        {
            part = BinaryPrimitives.ReadInt32LittleEndian(_bytes[_at..]);
            _at += sizeof(int);
        }

        return new decimal(parts);
    }

    public string Text()
    {
        var length = Byte();
        _at += length;
        return Encoding.UTF8.GetString(_bytes.Slice(_at - length, length));
    }
}
