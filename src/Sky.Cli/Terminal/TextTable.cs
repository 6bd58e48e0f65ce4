using System.Text;

namespace Sky.Cli.Terminal;

/// <summary>A table without borders, left aligned, two spaces between columns, as SkyServe's users read and parse it.</summary>
internal sealed class TextTable(params string[] headers)
{
    private readonly List<Cell[]> _rows = [];

    public int Count => _rows.Count;

    public void Add(params Cell[] cells) => _rows.Add(cells);

    /// <summary>The lines, headers first, without spaces at their ends.</summary>
    public IEnumerable<string> Lines(Screen screen)
    {
        var widths = new int[headers.Length];
        for (var column = 0; column < headers.Length; column++)
        {
            widths[column] = headers[column].Length;
            foreach (var row in _rows)
            {
                widths[column] = Math.Max(widths[column], row[column].Text.Length);
            }
        }

        yield return Format(Array.ConvertAll(headers, header => new Cell(header, Colors.Bold)), widths, screen);
        foreach (var row in _rows)
        {
            yield return Format(row, widths, screen);
        }
    }

    private static string Format(Cell[] row, int[] widths, Screen screen)
    {
        var line = new StringBuilder();
        for (var column = 0; column < row.Length; column++)
        {
            var (text, color) = row[column];
            line.Append(color is null ? text : screen.Paint(color, text));
            if (column < row.Length - 1)
            {
                line.Append(' ', widths[column] - text.Length + 2);
            }
        }

        return line.ToString().TrimEnd(' ');
    }
}
