using Sky.Core.Specs.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sky.Core.Specs.Yaml;

/// <summary>Builds node trees from YAML text. Whatever is wrong becomes a problem; nothing is thrown.</summary>
internal sealed class YamlTreeReader(SpecProblems problems, bool lastKeyWins)
{
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private long _nodes;

    /// <summary>The documents of the stream; null when the text is not YAML or is beyond a limit.</summary>
    public IReadOnlyList<YamlNode>? Read(string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            return Documents(parser);
        }
        catch (YamlFault fault)
        {
            problems.Error(fault.Line, "", fault.Message);
        }
        catch (YamlException bad)
        {
            problems.Error(LineOf(bad, text), "", $"This is not valid YAML: {Sentence(bad)}");
        }
        catch (Exception bad) when (bad is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The scanner has corners where it trips over broken input by an exception of the runtime.
            problems.Error((int)(parser.Current?.End.Line ?? 0), "", "This is not valid YAML.");
        }
        return null;
    }

    /// <summary>The parser tells where the value begins in which it met a tab; the tab is what is to be found.</summary>
    private static int LineOf(YamlException bad, string text)
    {
        var start = (int)bad.Start.Line;
        if (!Sentence(bad).Contains(" tab", StringComparison.Ordinal))
        {
            return start;
        }

        var lines = text.Split('\n');
        var tab = Array.FindIndex(lines, Math.Clamp(start - 1, 0, lines.Length - 1), line => line.TrimStart(' ').StartsWith('\t'));
        return tab < 0 ? start : tab + 1;
    }

    private static string Sentence(YamlException bad)
    {
        var message = bad.InnerException is YamlException inner ? inner.Message : bad.Message;
        return message.EndsWith('.') ? message : message + ".";
    }

    private List<YamlNode> Documents(IParser parser)
    {
        var documents = new List<YamlNode>();
        Next(parser);
        while (Next(parser) is not StreamEnd)
        {
            _anchors.Clear();
            if (documents.Count == YamlLimits.Documents)
            {
                throw new YamlFault((int)parser.Current!.Start.Line, $"The file holds more than {YamlLimits.Documents} documents.");
            }
            documents.Add(Node(parser, Next(parser), 1, ""));
            Next(parser);
        }
        return documents;
    }

    private static ParsingEvent Next(IParser parser) =>
        parser.MoveNext() && parser.Current is { } current ? current : throw new YamlFault(0, "The file ends too early.");

    private YamlNode Node(IParser parser, ParsingEvent start, int depth, string path)
    {
        var line = (int)start.Start.Line;
        if (depth > YamlLimits.Depth)
        {
            throw new YamlFault(line, $"Values are nested more than {YamlLimits.Depth} deep.");
        }
        var node = start switch
        {
            AnchorAlias alias => Aliased(alias, line),
            Scalar scalar => FromScalar(scalar, line),
            SequenceStart sequence => FromSequence(parser, Untagged(sequence, "seq"), depth, path),
            MappingStart mapping => FromMapping(parser, Untagged(mapping, "map"), depth, path),
            _ => throw new YamlFault(line, "This is not valid YAML."),
        };
        Count(node, start is AnchorAlias, line, depth);
        if (start is NodeEvent { Anchor.IsEmpty: false } named)
        {
            _anchors[named.Anchor.Value] = node;
        }
        return node;
    }

    private void Count(YamlNode node, bool alias, int line, int depth)
    {
        _nodes += alias ? node.Size : 1;
        if (_nodes > YamlLimits.Nodes)
        {
            throw new YamlFault(line, $"The file holds more than {YamlLimits.Nodes} values when its aliases (*name) are written out.");
        }
        if (depth + node.Height - 1 > YamlLimits.Depth)
        {
            throw new YamlFault(line, $"Values are nested more than {YamlLimits.Depth} deep.");
        }
    }

    private YamlNode Aliased(AnchorAlias alias, int line) =>
        _anchors.TryGetValue(alias.Value.Value, out var node)
            ? node
            : throw new YamlFault(line, $"The alias *{alias.Value.Value} names no anchor (&{alias.Value.Value}) above it.");

    private static YamlNode.Scalar FromScalar(Scalar scalar, int line)
    {
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        var known = tag is "" or "!" || tag.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal);
        if (!known)
        {
            throw new YamlFault(line, $"The tag {tag} has no meaning in a service file: remove it.");
        }
        var kind = tag[(tag.LastIndexOf(':') + 1)..];
        var plain = (tag.Length == 0 && scalar.Style is ScalarStyle.Plain) || kind is "int" or "float" or "bool" or "null" or "timestamp";
        if (plain)
        {
            return PlainScalar.Resolve(scalar.Value, line);
        }
        var block = scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded;
        return PlainScalar.Text(scalar.Value, line) with { ContentLine = block ? line + 1 : line };
    }

    private static T Untagged<T>(T start, string tag)
        where T : NodeEvent =>
        start.Tag.IsEmpty || start.Tag.Value == "tag:yaml.org,2002:" + tag
            ? start
            : throw new YamlFault((int)start.Start.Line, $"The tag {start.Tag.Value} has no meaning in a service file: remove it.");

    private YamlNode.Sequence FromSequence(IParser parser, SequenceStart start, int depth, string path)
    {
        var items = new List<YamlNode>();
        while (Next(parser) is not SequenceEnd)
        {
            items.Add(Node(parser, parser.Current!, depth + 1, $"{path}[{items.Count}]"));
        }
        return new((int)start.Start.Line, items);
    }

    private YamlNode.Mapping FromMapping(IParser parser, MappingStart start, int depth, string path)
    {
        var builder = new MappingBuilder(problems, lastKeyWins, path);
        while (Next(parser) is not MappingEnd)
        {
            var key = Node(parser, parser.Current!, depth + 1, path);
            if (key is not YamlNode.Scalar name)
            {
                throw new YamlFault(key.Line, "A key must be a single word, not a list or a mapping.");
            }
            builder.Add(name, Node(parser, Next(parser), depth + 1, builder.PathOf(name.Text)));
        }
        return builder.Build((int)start.Start.Line);
    }
}
