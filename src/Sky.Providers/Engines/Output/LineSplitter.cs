using System.Text;

namespace Sky.Providers.Engines.Output;

/// <summary>Cuts bytes into lines. A line longer than the limit comes in pieces.</summary>
internal sealed class LineSplitter
{
    private const int LongestLine = 256 * 1024;
    private readonly MemoryStream _rest = new();

    /// <summary>The lines that ended in these bytes.</summary>
    public IReadOnlyList<string> Add(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<string>();
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            _rest.Write(bytes[..end]);
            lines.Add(TakeRest());
            bytes = bytes[(end + 1)..];
        }

        _rest.Write(bytes);
        if (_rest.Length > LongestLine)
        {
            lines.Add(TakeRest());
        }

        return lines;
    }

    /// <summary>The last line where it has no end; null for none.</summary>
    public string? TakeLast() => _rest.Length == 0 ? null : TakeRest();

    private string TakeRest()
    {
        var line = Encoding.UTF8.GetString(_rest.GetBuffer(), 0, (int)_rest.Length).TrimEnd('\r');
        _rest.SetLength(0);
        return line;
    }
}
