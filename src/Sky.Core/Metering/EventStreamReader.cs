namespace Sky.Core.Metering;

/// <summary>
/// Tells where the events of a server-sent stream end, in pieces cut anywhere, and reads their data as it passes. Line ends may be LF, CR or
/// CRLF, a mark of byte order may come first, data may have several lines, comments and other fields may stand between. Nothing is kept,
/// however large an event is, and nothing allocated.
/// </summary>
public sealed class EventStreamReader
{
    private static readonly byte[] Field = "data:"u8.ToArray();
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];
    private static readonly byte[] DoneData = "[DONE]"u8.ToArray();

    private Within _within = Within.Mark;
    private int _matched;
    private int _done;
    private int _lines;
    private int _offset;
    private int _dataAt;
    private bool _ended;

    private enum Within : byte
    {
        Mark,
        LineBegin,
        AfterReturn,
        Name,
        Space,
        Data,
        Other,
    }

    /// <summary>The data of the present event, or of the one that ended with the last <see cref="Advance"/>.</summary>
    public ReplyReader Data { get; init; } = new();

    /// <summary>The event has data; without it is a comment, or nothing.</summary>
    public bool HasData => _lines > 0;

    /// <summary>The event's data is the word that ends a stream of OpenAI's API.</summary>
    public bool IsDone => _lines == 1 && _done == DoneData.Length;

    /// <summary>What was passed over last is not of a new event: the rest of the line end of the one before.</summary>
    public bool IsTail { get; private set; }

    /// <summary>
    /// Where in the event the member of the usage stands, its comma included; null for none, and where it is not on one line.
    /// </summary>
    public (int From, int To)? UsageMember =>
        _lines == 1 && Data.HasUsage ? (_dataAt + Data.UsageFrom, _dataAt + Data.UsageTo) : null;

    /// <summary>Passes over bytes of one event, to its end (the empty line included) or that of <paramref name="bytes"/>.</summary>
    /// <returns>How many they were; at least 1 when there are any.</returns>
    public int Advance(ReadOnlySpan<byte> bytes, out bool ended)
    {
        if (_ended && bytes.Length > 0)
        {
            if (_within is Within.AfterReturn && bytes[0] == (byte)'\n')
            {
                (_within, IsTail, ended) = (Within.LineBegin, true, false);
                return 1;
            }

            Begin();
        }

        var at = 0;
        ended = false;
        while (at < bytes.Length && !ended)
        {
            at += Step(bytes, at, out ended);
        }

        _ended = ended;
        _offset += at;
        return at;
    }

    private void Begin()
    {
        (_ended, IsTail, _offset, _lines, _done) = (false, false, 0, 0, 0);
        Data.Reset();
    }

    private int Step(ReadOnlySpan<byte> bytes, int at, out bool ended)
    {
        ended = false;
        switch (_within)
        {
            case Within.Mark:
                return StepMark(bytes[at]);
            case Within.AfterReturn:
                _within = Within.LineBegin;
                return bytes[at] == (byte)'\n' ? 1 : 0;
            case Within.LineBegin:
                return StepLineBegin(bytes, at, out ended);
            case Within.Name:
                return StepName(bytes[at]);
            case Within.Space:
                BeginData(at + (bytes[at] == (byte)' ' ? 1 : 0));
                return bytes[at] == (byte)' ' ? 1 : 0;
            default:
                return StepLine(bytes[at..]);
        }
    }

    private int StepMark(byte sign)
    {
        if (_matched < Mark.Length && sign == Mark[_matched])
        {
            _matched++;
            return 1;
        }

        (_within, _matched) = (Within.LineBegin, 0);
        return 0;
    }

    private int StepLineBegin(ReadOnlySpan<byte> bytes, int at, out bool ended)
    {
        ended = false;
        if (bytes[at] is (byte)'\n' or (byte)'\r')
        {
            ended = true;
            _within = bytes[at] == (byte)'\r' ? Within.AfterReturn : Within.LineBegin;
            return 1;
        }

        (_within, _matched) = (Within.Name, 0);
        if (bytes[at..].StartsWith("data: "u8))
        {
            BeginData(at + 6);
            return 6;
        }

        return 0;
    }

    private int StepName(byte sign)
    {
        if (sign is (byte)'\n' or (byte)'\r')
        {
            // The bare name is a line of data that is empty.
            if (_matched == Field.Length - 1)
            {
                BeginData(0);
            }

            return EndLine(sign);
        }

        if (sign == Field[_matched])
        {
            _within = ++_matched == Field.Length ? Within.Space : Within.Name;
        }
        else
        {
            _within = Within.Other;
        }

        return 1;
    }

    private void BeginData(int at)
    {
        _within = Within.Data;
        if (_lines++ == 0)
        {
            _dataAt = _offset + at;
        }
        else
        {
            Data.Read("\n"u8);
        }
    }

    private int StepLine(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        var part = end < 0 ? rest : rest[..end];
        if (_within is Within.Data)
        {
            MatchDone(part);
            Data.Read(part);
        }

        return end < 0 ? rest.Length : end + EndLine(rest[end]);
    }

    private void MatchDone(ReadOnlySpan<byte> part)
    {
        if (_done < 0 || part.IsEmpty)
        {
            return;
        }

        var fits = _done + part.Length <= DoneData.Length && part.SequenceEqual(DoneData.AsSpan(_done, part.Length));
        _done = fits ? _done + part.Length : -1;
    }

    private int EndLine(byte sign)
    {
        _within = sign == (byte)'\r' ? Within.AfterReturn : Within.LineBegin;
        return 1;
    }
}
