using Sky.Core.Specs.Reading;

namespace Sky.Core.Specs.Yaml;

/// <summary>Gathers the keys of one mapping: reports those written twice, then fills in what <c>&lt;&lt;</c> merges.</summary>
internal sealed class MappingBuilder(SpecProblems problems, bool lastKeyWins, string path)
{
    private const string MergeKey = "<<";

    private readonly List<YamlEntry> _entries = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<YamlNode.Mapping> _merged = [];

    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public void Add(YamlNode.Scalar key, YamlNode value)
    {
        if (key.Text == MergeKey)
        {
            Merge(value);
            return;
        }
        var entry = new YamlEntry(key.Text, key.Line, value);
        if (_places.TryAdd(key.Text, _entries.Count))
        {
            _entries.Add(entry);
            return;
        }
        var first = _entries[_places[key.Text]];
        _entries[_places[key.Text]] = entry;
        Report(first, entry);
    }

    /// <summary>The mapping: what is written in it wins over what is merged, and an earlier merge over a later one.</summary>
    public YamlNode.Mapping Build(int line)
    {
        foreach (var entry in _merged.SelectMany(mapping => mapping.Entries))
        {
            if (_places.TryAdd(entry.Key, _entries.Count))
            {
                _entries.Add(entry);
            }
        }
        return new(line, _entries);
    }

    private void Merge(YamlNode value)
    {
        switch (value)
        {
            case YamlNode.Mapping mapping:
                _merged.Add(mapping);
                break;
            case YamlNode.Sequence sequence when sequence.Items.All(item => item is YamlNode.Mapping):
                _merged.AddRange(sequence.Items.Cast<YamlNode.Mapping>());
                break;
            default:
                problems.Error(value.Line, path, "The merge key << takes a mapping or a list of mappings, such as <<: *defaults.");
                break;
        }
    }

    private void Report(YamlEntry first, YamlEntry second)
    {
        var message = $"Duplicate key '{second.Key}' in YAML at line {second.Line} (also defined at line {first.Line}).";
        if (lastKeyWins)
        {
            problems.Warn(second.Line, PathOf(second.Key), $"{message} The value at line {second.Line} counts.");
        }
        else
        {
            problems.Error(second.Line, PathOf(second.Key), $"{message} Remove one of the entries so that the intended value is unambiguous.");
        }
    }
}
