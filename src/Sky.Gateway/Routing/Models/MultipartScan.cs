using System.Buffers;
using System.Text;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// Looks for the field <c>model</c> in a form, part by part, in as much of it as has arrived. What it has passed it does not read again. A form
/// that has it twice, or in which servers may find another one, is none to route by.
/// </summary>
internal sealed class MultipartScan(string boundary)
{
    /// <summary>Of the headers of one part.</summary>
    public const int MostHeaders = 16 << 10;
    private const int LongestModel = 1024;
    private readonly byte[] _dashed = Encoding.Latin1.GetBytes($"--{boundary}");
    private long _at;
    private bool _inPart;

    /// <summary>The value of the field; null until it is found.</summary>
    public string? Model { get; private set; }

    /// <summary>Where the value lies, in bytes.</summary>
    public (long Start, long Length) Place { get; private set; }

    /// <summary>The form is over, or is none.</summary>
    public bool Ended { get; private set; }

    /// <summary>Why it cannot be taken; null for nothing so far.</summary>
    public CallProblem? Problem { get; private set; }

    /// <summary>How far it has read: bytes before this are not needed any more.</summary>
    public long Passed => Math.Max(0, _at - 2);

    /// <summary>Reads on, to the model.</summary>
    /// <param name="arrived">The form from its start.</param>
    public void Read(in ReadOnlySequence<byte> arrived)
    {
        while (Model is null && Step(arrived, 0))
        {
        }
    }

    /// <summary>Reads on, past the model to the end.</summary>
    /// <param name="arrived">The form, or the part of it that begins at <paramref name="start"/>.</param>
    /// <param name="start">No more than <see cref="Passed"/>.</param>
    public void ReadAll(in ReadOnlySequence<byte> arrived, long start)
    {
        while (Step(arrived, start))
        {
        }
    }

    /// <summary>False: more has to arrive, or there is nothing more to be read.</summary>
    private bool Step(in ReadOnlySequence<byte> arrived, long start) =>
        !Ended && Problem is null && (_inPart ? ReadPart(arrived, start) : ReadDelimiter(arrived, start));

    private bool ReadDelimiter(in ReadOnlySequence<byte> arrived, long start)
    {
        var reader = new SequenceReader<byte>(arrived.Slice(_at - start));
        if (!reader.TryReadTo(out ReadOnlySequence<byte> _, _dashed, advancePastDelimiter: false))
        {
            _at = Math.Max(_at, start + arrived.Length - _dashed.Length);
            return false;
        }

        var found = _at + reader.Consumed;
        reader.Advance(_dashed.Length);
        if (reader.Remaining < 2)
        {
            _at = found;
            return false;
        }

        Span<byte> signs = stackalloc byte[4];
        var before = (int)Math.Min(2, found - start);
        arrived.Slice(found - start - before, before).CopyTo(signs[(2 - before)..]);
        reader.TryCopyTo(signs[2..]);
        _at = found + _dashed.Length;
        var isLine = before == 0 || signs[..2].SequenceEqual("\r\n"u8);
        if (isLine && signs[2..].SequenceEqual("--"u8))
        {
            Ended = true;
        }
        else if (isLine && signs[2..].SequenceEqual("\r\n"u8))
        {
            _inPart = true;
        }
        else if ((isLine || signs[1] is (byte)'\n' or (byte)'\r') && signs[2] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'-')
        {
            Problem = CallProblem.Invalid("The form has a boundary that not every server takes for one.", "invalid_form");
        }

        return true;
    }

    private bool ReadPart(in ReadOnlySequence<byte> arrived, long start)
    {
        var reader = new SequenceReader<byte>(arrived.Slice(_at - start));
        if (!reader.TryReadTo(out ReadOnlySequence<byte> headers, "\r\n\r\n"u8, advancePastDelimiter: true))
        {
            Problem = reader.Length > MostHeaders ? CallProblem.Invalid("The form has a part with very long headers.", "invalid_form") : null;
            return false;
        }

        var part = FormPartReader.Read(Encoding.Latin1.GetString(headers));
        if (part is FormPart.Model && Model is null)
        {
            return ReadModel(ref reader);
        }

        if (part is not FormPart.Other)
        {
            Problem = Model is null || part is FormPart.Doubtful
                ? CallProblem.Invalid("The form has a field that some servers take for 'model'.", "invalid_form", "model")
                : CallProblem.Invalid("The form has 'model' twice.", "invalid_form", "model");
        }

        // The line before the next delimiter may be the end of the headers.
        _at += reader.Consumed - 2;
        _inPart = false;
        return true;
    }

    private bool ReadModel(ref SequenceReader<byte> reader)
    {
        var begin = reader.Consumed;
        if (!reader.TryReadTo(out ReadOnlySequence<byte> value, [.. "\r\n"u8, .. _dashed], advancePastDelimiter: false))
        {
            Ended = reader.Remaining > LongestModel;
            return false;
        }

        Place = (_at + begin, value.Length);
        Model = Encoding.UTF8.GetString(value);
        _at += begin - 2;
        _inPart = false;
        return true;
    }
}
