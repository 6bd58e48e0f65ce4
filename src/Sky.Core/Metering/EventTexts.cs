namespace Sky.Core.Metering;

/// <summary>
/// Keeps the text of the events of one stream that carry more than a token, as it stands in their JSON, until it is known whether the stream
/// says its tokens by itself: most do, in their last event. It is bounded: what does not fit is counted when the next event comes.
/// </summary>
/// <param name="counter">Counts the tokens.</param>
internal sealed class EventTexts(ITokenCounter counter)
{
    /// <summary>Bytes kept. Tokenizers take quadratic time for what has no spaces, which this bounds to a few milliseconds.</summary>
    public const int Most = 4 << 10;

    /// <summary>Ends the text of an event: no UTF-8 has it.</summary>
    private const byte Boundary = 0xFF;

    private byte[] _raw = new byte[64];
    private int _length;
    private int _complete;
    private int _waitingEvents;
    private long _waitingBytes;
    private bool _delta;
    private bool _cut;

    /// <summary>Tokens of the events that were counted.</summary>
    public long Tokens { get; private set; }

    /// <summary>How many events were counted.</summary>
    public long Events { get; private set; }

    /// <summary>Bytes of their text.</summary>
    public long Bytes { get; private set; }

    /// <summary>Another event begins; what is kept of one that is not complete is dropped.</summary>
    public void Begin() => (_length, _delta, _cut) = (_complete, false, false);

    /// <summary>A part of the present event's text. What is added in a delta is all of its text.</summary>
    public void Add(ReadOnlySpan<byte> part, bool delta)
    {
        if (delta != _delta)
        {
            if (!delta)
            {
                return;
            }

            (_length, _delta, _cut) = (_complete, true, false);
        }

        if (part.Length >= _raw.Length - _length)
        {
            part = part[..MakeRoom(part.Length)];
        }

        part.CopyTo(_raw.AsSpan(_length));
        _length += part.Length;
    }

    /// <summary>The present event is complete and carries more than a token.</summary>
    /// <param name="bytes">Of its text.</param>
    public void Complete(long bytes)
    {
        counter.Prepare();
        if (_cut)
        {
            // Its beginning stands for all of it.
            Take((double)bytes / _length * CountText(_raw.AsSpan(0, _length)), 1, bytes);
            (_length, _complete) = (0, 0);
            return;
        }

        _raw[_length++] = Boundary;
        (_complete, _waitingEvents, _waitingBytes) = (_length, _waitingEvents + 1, _waitingBytes + bytes);
    }

    /// <summary>Counts what is kept of complete events; where it cannot be counted it is let go.</summary>
    public void Count()
    {
        int? tokens = 0;
        for (var rest = _raw.AsSpan(0, _complete); !rest.IsEmpty;)
        {
            var end = rest.IndexOf(Boundary);
            tokens += CountText(rest[..end]);
            rest = rest[(end + 1)..];
        }

        Take(tokens, _waitingEvents, _waitingBytes);
        _raw.AsSpan(_complete, _length - _complete).CopyTo(_raw);
        (_length, _complete, _waitingEvents, _waitingBytes) = (_length - _complete, 0, 0, 0);
    }

    /// <summary>The stream has said how many tokens all that came so far has.</summary>
    public void Clear()
    {
        (_length, _complete, _waitingEvents, _waitingBytes) = (0, 0, 0, 0);
        (Tokens, Events, Bytes) = (0, 0, 0);
    }

    /// <returns>How much of it there is room for, with a byte behind it.</returns>
    private int MakeRoom(int length)
    {
        if (_complete > 0 && _length + length > Most)
        {
            Count();
        }

        var room = Math.Min(length, Most - _length);
        _cut |= room < length;
        if (_raw.Length <= _length + room)
        {
            Array.Resize(ref _raw, Math.Min(Most + 1, Math.Max(2 * _raw.Length, _length + room + 1)));
        }

        return room;
    }

    private void Take(double? tokens, int events, long bytes)
    {
        if (tokens is { } counted)
        {
            (Tokens, Events, Bytes) = (Tokens + (long)Math.Ceiling(counted), Events + events, Bytes + bytes);
        }
    }

    private int? CountText(ReadOnlySpan<byte> json)
    {
        Span<char> text = stackalloc char[Most];
        return counter.Count(text[..JsonText.Decode(json, text)]);
    }
}
