using System.Buffers.Binary;
using System.Text.Unicode;

namespace Sky.Gateway.Metering.Journal;

/// <summary>Writes values one after the other.</summary>
internal ref struct SlotWriter(Span<byte> bytes)
{
    private readonly Span<byte> _bytes = bytes;

    public int Written { get; private set; }

    public void Add(byte value) => _bytes[Written++] = value;

    public void Add(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes[Written..], value);
        Written += sizeof(long);
    }

    public void Add(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_bytes[Written..], part);
            Written += sizeof(int);
        }
    }

    /// <summary>Cut to <paramref name="most"/> bytes, at the end of a character.</summary>
    public void Add(string text, int most)
    {
        Utf8.FromUtf16(text, _bytes.Slice(Written + 1, most), out _, out var used);
        _bytes[Written] = (byte)used;
        Written += 1 + used;
    }
}
