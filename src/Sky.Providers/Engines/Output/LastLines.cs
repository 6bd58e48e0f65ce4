using System.Text;

namespace Sky.Providers.Engines.Output;

/// <summary>The last lines of an output: 20 lines of 500 characters at most.</summary>
internal sealed class LastLines
{
    private const int Lines = 20;
    private const int Characters = 500;

    /// <summary>A character takes at most four bytes in UTF-8.</summary>
    private const int Bytes = 4 * Characters;

    private readonly Queue<string> _lines = new();
    private readonly byte[] _line = new byte[Bytes];
    private int _length;

    public void Add(ReadOnlySpan<byte> output)
    {
        while (output.Length > 0)
        {
            var end = output.IndexOf((byte)'\n');
            var part = end < 0 ? output : output[..end];
            var taken = part[..Math.Min(part.Length, Bytes - _length)];
            taken.CopyTo(_line.AsSpan(_length));
            _length += taken.Length;
            if (end < 0)
            {
                return;
            }

            EndLine();
            output = output[(end + 1)..];
        }
    }

    /// <summary>Oldest first; a line without an end counts.</summary>
    public IReadOnlyList<string> Take()
    {
        if (_length > 0)
        {
            EndLine();
        }

        return [.. _lines];
    }

    private void EndLine()
    {
        var text = Encoding.UTF8.GetString(_line, 0, _length).TrimEnd('\r');
        _lines.Enqueue(text.Length > Characters ? text[..Characters] : text);
        _length = 0;
        if (_lines.Count > Lines)
        {
            _lines.Dequeue();
        }
    }
}
