using System.Text;

namespace Sky.Cli.Terminal;

/// <summary>Lines at the bottom of a terminal that are drawn anew in place. Each is cut at the width, so that it stays one line.</summary>
internal sealed class LiveRegion(TextWriter writer, Func<int> width)
{
    private const string ClearToEnd = "\r\e[0J";
    private int _drawn;

    public void Draw(IReadOnlyList<string> lines)
    {
        var columns = width() - 1;
        var picture = new StringBuilder();
        Rewind(picture);
        foreach (var line in lines)
        {
            picture.Append(Cut(line, columns)).Append(Colors.Reset).Append('\n');
        }

        writer.Write(picture);
        writer.Flush();
        _drawn = lines.Count;
    }

    /// <summary>Takes the lines away.</summary>
    public void Clear() => Draw([]);

    private void Rewind(StringBuilder picture)
    {
        if (_drawn > 0)
        {
            picture.Append(System.Globalization.CultureInfo.InvariantCulture, $"\e[{_drawn}A");
        }

        picture.Append(ClearToEnd);
    }

    private static string Cut(string line, int columns)
    {
        var visible = 0;
        for (var index = 0; index < line.Length; index++)
        {
            if (line[index] == '\e')
            {
                index = line.IndexOf('m', index);
                continue;
            }

            if (++visible > columns)
            {
                return line[..index];
            }
        }

        return line;
    }
}
