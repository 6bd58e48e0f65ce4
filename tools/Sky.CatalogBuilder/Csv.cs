namespace Sky.CatalogBuilder;

/// <summary>Tables without quotes: a line of names, then lines of values.</summary>
internal static class Csv
{
    public static IEnumerable<IReadOnlyDictionary<string, string>> Read(params string[] path)
    {
        var lines = File.ReadAllLines(Path.Combine(path));
        var names = lines[0].Split(',');
        return lines.Skip(1).Where(line => line.Length > 0).Select(line => names.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second));
    }
}
