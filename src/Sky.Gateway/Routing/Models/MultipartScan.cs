using System.Buffers;
using System.Text;

namespace Sky.Gateway.Routing.Models;

/// <summary>Looks for the field <c>model</c> in a form, part by part, in as much of it as has arrived. What it has passed it does not read again.</summary>
internal sealed class MultipartScan(string boundary)
{
    private const int MostHeaders = 16 << 10;
    private const int LongestModel = 1024;
    private readonly byte[] _delimiter = Encoding.Latin1.GetBytes($"\r\n--{boundary}");
    private long _at;
    private bool _inPart;

    /// <summary>The value of the field; null until it is found.</summary>
    public string? Model { get; private set; }

    /// <summary>Where the value lies, in bytes.</summary>
    public (long Start, long Length) Place { get; private set; }

    /// <summary>The form is over, or is none.</summary>
    public bool Ended { get; private set; }

    /// <summary>Reads on. <paramref name="arrived"/> is the form from its start.</summary>
    public void Read(in ReadOnlySequence<byte> arrived)
    {
        while (Model is null && !Ended && (_inPart ? ReadPart(arrived) : ReadDelimiter(arrived)))
        {
        }
    }

    /// <summary>False: more has to arrive.</summary>
    private bool ReadDelimiter(in ReadOnlySequence<byte> arrived)
    {
        var reader = new SequenceReader<byte>(arrived.Slice(_at));

        // The first delimiter has no line before it.
        var found = _at == 0 && reader.IsNext(_delimiter.AsSpan(2), advancePast: true);
        if (!found && !reader.TryReadTo(out ReadOnlySequence<byte> _, _delimiter, advancePastDelimiter: true))
        {
            _at = Math.Max(_at, arrived.Length - _delimiter.Length);
            return false;
        }

        if (reader.Remaining < 2)
        {
            return false;
        }

        _at += reader.Consumed;
        Ended = reader.IsNext("--"u8);
        _inPart = true;
        return true;
    }

    private bool ReadPart(in ReadOnlySequence<byte> arrived)
    {
        var reader = new SequenceReader<byte>(arrived.Slice(_at));
        if (!reader.TryReadTo(out ReadOnlySequence<byte> headers, "\r\n\r\n"u8, advancePastDelimiter: true))
        {
            Ended = reader.Length > MostHeaders;
            return false;
        }

        if (!IsModel(Encoding.Latin1.GetString(headers)))
        {
            // The line before the next delimiter may be the end of the headers.
            _at += reader.Consumed - 2;
            _inPart = false;
            return true;
        }

        var start = _at + reader.Consumed;
        if (!reader.TryReadTo(out ReadOnlySequence<byte> value, _delimiter, advancePastDelimiter: false))
        {
            Ended = reader.Remaining > LongestModel;
            return false;
        }

        Place = (start, value.Length);
        Model = Encoding.UTF8.GetString(value);
        return true;
    }

    /// <summary>A field of that name, and no file.</summary>
    private static bool IsModel(string headers)
    {
        foreach (var line in headers.Split("\r\n"))
        {
            if (line.StartsWith("Content-Disposition:", StringComparison.OrdinalIgnoreCase))
            {
                var parts = line.Split(';', StringSplitOptions.TrimEntries);
                return Array.Exists(parts, p => p is "name=\"model\"" or "name=model")
                    && !Array.Exists(parts, p => p.StartsWith("filename", StringComparison.OrdinalIgnoreCase));
            }
        }

        return false;
    }
}
