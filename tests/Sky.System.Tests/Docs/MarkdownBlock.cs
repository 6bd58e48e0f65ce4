namespace Sky.SystemTests.Docs;

/// <summary>A fenced block of a Markdown file.</summary>
/// <param name="File">Relative to the root of the checkout.</param>
/// <param name="Line">1-based line of the opening fence.</param>
/// <param name="Language">What stands behind the opening fence; empty for nothing.</param>
/// <param name="Text">The lines between the fences.</param>
public sealed record MarkdownBlock(string File, int Line, string Language, string Text)
{
    /// <summary>All fenced blocks of the README, of <c>docs/</c> and of the servers' READMEs.</summary>
    public static IEnumerable<MarkdownBlock> All(string root)
    {
        var files = new[] { Path.Combine(root, "README.md") }
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateDirectories(Path.Combine(root, "servers")).Select(folder => Path.Combine(folder, "README.md")).Where(global::System.IO.File.Exists));
        return files.SelectMany(file => Of(Path.GetRelativePath(root, file), global::System.IO.File.ReadAllLines(file)));
    }

    /// <summary>The commands of a block, which begin with <c>$</c>; a line that ends with a backslash goes on in the next.</summary>
    public IEnumerable<string> Commands()
    {
        var lines = Text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("$ ", StringComparison.Ordinal))
            {
                continue;
            }

            var start = i;
            while (lines[i].EndsWith('\\') && i + 1 < lines.Length)
            {
                i++;
            }

            yield return string.Join('\n', lines[start..(i + 1)])[2..];
        }
    }

    private static IEnumerable<MarkdownBlock> Of(string file, string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            var start = i;
            while (++i < lines.Length && !lines[i].StartsWith("```", StringComparison.Ordinal))
            {
            }

            yield return new MarkdownBlock(file, start + 1, lines[start][3..].Trim(), string.Join('\n', lines[(start + 1)..Math.Min(i, lines.Length)]));
        }
    }
}
