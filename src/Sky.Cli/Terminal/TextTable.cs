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

    /// <summary>The same without as many columns, in the order given, as it takes to have no line longer than the width.</summary>
    public IEnumerable<string> LinesWithin(int width, Screen screen, params IReadOnlyList<string> dispensable)
    {
        var table = this;
        foreach (var header in dispensable)
        {
            if (table.Width() <= width)
            {
                break;
            }

            table = table.Without(header);
        }

        return table.Lines(screen);
    }

    private int Width()
    {
        var widths = headers.Select((header, column) => _rows.Select(row => row[column].Text.Length).Append(header.Length).Max());
        return widths.Sum() + 2 * (headers.Length - 1);
    }

    private TextTable Without(string header)
    {
        var gone = Array.IndexOf(headers, header);
        var table = new TextTable([.. headers.Where((_, column) => column != gone)]);
        foreach (var row in _rows)
        {
            table.Add([.. row.Where((_, column) => column != gone)]);
        }

        return table;
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
