namespace Sky.Cli.Serve;

/// <summary>Files of <c>KEY=VALUE</c> lines. A message about one never holds a value.</summary>
internal static class DotenvFile
{
    /// <summary>The variables in the order of the file. Throws <see cref="CliException"/> for a missing file or a bad line.</summary>
    public static IReadOnlyList<(string Key, string Value)> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw CliException.InputWrong(Directory.Exists(path) ? $"{path}: this is a folder, not a file" : $"{path}: no such file");
        }

        var variables = new List<(string, string)>();
        var number = 0;
        foreach (var raw in File.ReadLines(path))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            line = line.StartsWith("export ", StringComparison.Ordinal) ? line["export ".Length..].TrimStart() : line;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !IsName(line[..equals].TrimEnd()))
            {
                throw CliException.InputWrong($"{path}:{number}: expected KEY=VALUE");
            }

            variables.Add((line[..equals].TrimEnd(), Value(line[(equals + 1)..].TrimStart())));
        }

        return variables;
    }

    public static bool IsName(string key) =>
        key.Length > 0 && !char.IsAsciiDigit(key[0]) && key.All(sign => char.IsAsciiLetterOrDigit(sign) || sign == '_');

    private static string Value(string text)
    {
        if (text.Length > 0 && text[0] is '"' or '\'')
        {
            var end = text.IndexOf(text[0], 1);
            if (end > 0)
            {
                var inner = text[1..end];
                return text[0] == '"' ? inner.Replace("\\n", "\n", StringComparison.Ordinal) : inner;
            }
        }

        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        return (comment < 0 ? text : text[..comment]).TrimEnd();
    }
}
