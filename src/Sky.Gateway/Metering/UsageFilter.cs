using Sky.Core.Metering;

namespace Sky.Gateway.Metering;

/// <summary>
/// Takes out of a stream the usage that the gateway asked for and the client did not: what is left is what the client would have got. It works
/// in the reader's own buffer; an event that is not there whole waits until it is, unless it is too large to have been asked for.
/// </summary>
internal sealed class UsageFilter(UsageReader reader)
{
    private const int MostHeld = 16 << 10;
    private byte[] _held = [];
    private bool _passing;
    private bool _dropped;

    /// <summary>Bytes of an event whose end has not come.</summary>
    public int Held { get; private set; }

    /// <summary>Puts what was held back at the start of the buffer, before the next bytes are read behind it.</summary>
    public int Restore(Span<byte> buffer)
    {
        var length = Math.Min(Held, buffer.Length);
        _held.AsSpan(0, length).CopyTo(buffer);
        _held.AsSpan(length, Held - length).CopyTo(_held);
        Held -= length;
        return length;
    }

    /// <summary>Gives out what was held back, as it is.</summary>
    public int Release(Span<byte> buffer)
    {
        _passing = true;
        return Restore(buffer);
    }

    /// <summary>Reads what has come.</summary>
    /// <param name="buffer">What was restored, then what has come.</param>
    /// <param name="restored">Bytes restored.</param>
    /// <param name="read">Bytes that have come.</param>
    /// <returns>Bytes at the start of the buffer that go to the client.</returns>
    public int Pass(Span<byte> buffer, int restored, int read)
    {
        var (at, end, begin, kept) = (restored, restored + read, 0, 0);
        while (at < end)
        {
            at += reader.Stream.Advance(buffer[at..end], out var ended);
            if (reader.Stream.IsTail)
            {
                kept = _dropped ? kept : Keep(buffer, kept, begin, at);
                begin = at;
            }
            else if (ended)
            {
                reader.Count();
                kept = KeepEvent(buffer, kept, begin, at);
                begin = at;
            }
        }

        return begin < end ? Hold(buffer, kept, begin, end) : kept;
    }

    private static int Keep(Span<byte> buffer, int kept, int from, int to)
    {
        if (kept != from)
        {
            buffer[from..to].CopyTo(buffer[kept..]);
        }

        return kept + to - from;
    }

    private int KeepEvent(Span<byte> buffer, int kept, int begin, int end)
    {
        var usage = _passing ? null : reader.Stream.UsageMember;
        _passing = false;
        _dropped = usage is not null && reader.Stream.Data is { ChoicesEmpty: true, Usage.Any: true };
        if (usage is not var (from, to))
        {
            return Keep(buffer, kept, begin, end);
        }

        if (_dropped)
        {
            return kept;
        }

        if (buffer[begin + from] != (byte)',')
        {
            // The first member has its comma behind it.
            var comma = buffer[(begin + to)..end].IndexOf((byte)',');
            to += comma + 1;
        }

        kept = Keep(buffer, kept, begin, begin + from);
        return Keep(buffer, kept, begin + to, end);
    }

    private int Hold(Span<byte> buffer, int kept, int begin, int end)
    {
        if (_passing || end - begin > Math.Min(MostHeld, buffer.Length / 2))
        {
            _passing = true;
            return Keep(buffer, kept, begin, end);
        }

        if (_held.Length < end - begin)
        {
            Array.Resize(ref _held, Math.Max(1024, 2 * (end - begin)));
        }

        buffer[begin..end].CopyTo(_held);
        Held = end - begin;
        return kept;
    }
}
