namespace Sky.Core.Specs.Yaml;

/// <summary>
/// One value of a YAML document, with aliases and merge keys resolved. Immutable; what an alias names is shared, so
/// <see cref="Size"/> and <see cref="Height"/> say how big it is written out.
/// </summary>
/// <param name="Line">1-based.</param>
/// <param name="Size">Nodes when every alias is written out.</param>
/// <param name="Height">Levels of nesting, 1 for a scalar.</param>
internal abstract record YamlNode(int Line, long Size, int Height)
{
    public bool IsNull => this is Scalar { Kind: ScalarKind.Null };

    /// <summary>A value without parts.</summary>
    /// <param name="Text">As written, without quotes; with variables filled in.</param>
    /// <param name="Number">For a number or a Boolean (1 or 0).</param>
    /// <param name="Printed">As PyYAML and <c>str()</c> would print it: <c>True</c>, <c>1.0</c>, <c>8</c> for <c>010</c>.</param>
    /// <param name="Filled">The text before variables were filled in; null when none was. What may be shown.</param>
    /// <param name="ContentLine">The line its text starts on: the one after <c>|</c> or <c>&gt;</c>.</param>
    internal sealed record Scalar(
        int Line, ScalarKind Kind, string Text, double Number, string Printed, int ContentLine, string? Filled = null)
        : YamlNode(Line, 1, 1)
    {
        /// <summary>The text that an error message may quote.</summary>
        public string Shown => Filled ?? Text;
    }

    internal sealed record Sequence(int Line, IReadOnlyList<YamlNode> Items)
        : YamlNode(Line, 1 + Items.Sum(item => item.Size), 1 + Items.Select(item => item.Height).DefaultIfEmpty().Max());

    internal sealed record Mapping(int Line, IReadOnlyList<YamlEntry> Entries)
        : YamlNode(Line, 1 + Entries.Sum(entry => entry.Value.Size), 1 + Entries.Select(entry => entry.Value.Height).DefaultIfEmpty().Max())
    {
        public static Mapping Empty { get; } = new(0, []);

        public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

        /// <summary>The value of a key; null when it is absent or a YAML null.</summary>
        public YamlNode? this[string key] => Find(key) is { Value.IsNull: false } entry ? entry.Value : null;
    }
}
