using System.Globalization;
using System.Text;
using Sky.Core.Simulation.Spot;

namespace Sky.Cli.Simulate;

/// <summary>A picture of cost (to the right) and availability (upwards, by nines): what is better lies further up and left.</summary>
internal static class SpotPlot
{
    private const double Left = 90;
    private const double Right = 690;
    private const double Top = 60;
    private const double Bottom = 400;
    private const double Width = 760;
    private const double Radius = 6;
    private const double Gap = 11;
    private const double LineHeight = 16;

    /// <summary>Of a letter of a label, at most.</summary>
    private const double LetterWidth = 8.2;

    /// <summary>Nines at the upper edge: what is always available has no end of them.</summary>
    private const double MostNines = 4;

    private static readonly string[] Colors = ["#c2410c", "#1d4ed8", "#475569", "#a16207", "#7e22ce", "#15803d"];

    public static string Draw(IReadOnlyList<SpotResult> results, SpotScenario scenario)
    {
        var svg = new StringBuilder();
        svg.Append("""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 470" font-family="sans-serif" font-size="13">""");
        svg.Append("""<rect width="760" height="470" fill="white"/>""");
        Text(svg, Left, 28, "start", Invariant($"Cost and availability of {scenario.Target} replicas on spot"), 16);
        Text(svg, (Left + Right) / 2, 450, "middle", "cost, % of on demand");
        svg.Append(Invariant($"""<text x="24" y="{(Top + Bottom) / 2}" text-anchor="middle" transform="rotate(-90 24 {(Top + Bottom) / 2})">availability, %</text>"""));
        var most = Math.Max(1.0, results.Max(result => result.Mean.Cost));
        var least = Math.Max(0, Math.Floor(results.Min(result => Nines(result.Mean.Availability))));
        Grid(svg, most, least);
        List<Box> taken = [.. results.Select(result => Box.Around(X(result.Mean.Cost, most), Y(result.Mean.Availability, least)))];
        foreach (var (index, result) in results.Index())
        {
            var (x, y) = (X(result.Mean.Cost, most), Y(result.Mean.Availability, least));
            var color = Colors[SpotSimulation.Names.Index().First(name => name.Item == result.Policy).Index % Colors.Length];
            svg.Append(Invariant($"""<circle cx="{x:0.#}" cy="{y:0.#}" r="{Radius}" fill="{color}"/>"""));
            var label = Free(x, y, result.Policy.Length, taken);
            taken.Add(label);
            svg.Append(Invariant($"""<text x="{label.Left:0.#}" y="{label.Bottom - 4:0.#}" fill="{color}">{result.Policy}</text>"""));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Grid(StringBuilder svg, double most, double least)
    {
        for (var cost = 0; cost <= most * 100 + 1e-9; cost += 20)
        {
            var x = X(cost / 100.0, most);
            svg.Append(Invariant($"""<path d="M{x:0.#} {Top}V{Bottom}" stroke="#e2e8f0"/>"""));
            Text(svg, x, Bottom + 20, "middle", Invariant($"{cost}"));
        }

        for (var nines = least; nines <= MostNines; nines++)
        {
            var y = Top + ((MostNines - nines) / (MostNines - least) * (Bottom - Top));
            svg.Append(Invariant($"""<path d="M{Left} {y:0.#}H{Right}" stroke="#e2e8f0"/>"""));
            Text(svg, Left - 10, y + 4, "end", nines == MostNines ? "≥ 99.99" : Invariant($"{100 * (1 - Math.Pow(10, -nines)):0.###}"));
        }
    }

    /// <summary>Where a label stands beside its dot and over nothing else: to the right, to the left, above or below; to the right where there is no room.</summary>
    private static Box Free(double x, double y, int letters, List<Box> taken)
    {
        var width = letters * LetterWidth;
        Box[] places =
        [
            new(x + Gap, y - (LineHeight / 2), x + Gap + width, y + (LineHeight / 2)),
            new(x - Gap - width, y - (LineHeight / 2), x - Gap, y + (LineHeight / 2)),
            new(x - (width / 2), y - Gap - LineHeight, x + (width / 2), y - Gap),
            new(x - (width / 2), y + Gap, x + (width / 2), y + Gap + LineHeight),
        ];
        return Array.Find(places, place => place.Left > Left && place.Right < Width && !taken.Exists(place.Meets)) ?? places[0];
    }

    private static double X(double cost, double most) => Left + (cost / most * (Right - Left));

    private static double Y(double availability, double least) => Top + ((MostNines - Nines(availability)) / (MostNines - least) * (Bottom - Top));

    private static double Nines(double availability) => Math.Min(MostNines, -Math.Log10(Math.Max(1 - availability, 1e-12)));

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text, int size = 13) =>
        svg.Append(Invariant($"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" font-size="{size}">{text}</text>"""));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A part of the picture.</summary>
    private sealed record Box(double Left, double Top, double Right, double Bottom)
    {
        public static Box Around(double x, double y) => new(x - Radius, y - Radius, x + Radius, y + Radius);

        public bool Meets(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }
}
