using Sky.Core.Specs.Reading;

namespace Sky.Core.Specs;

/// <summary>Turns the text of a service file into a <see cref="ServiceSpec"/>, or into all its problems at once.</summary>
public static class SpecReader
{
    /// <summary>Reads one service file. Never throws for bad content; touches the file system only to see whether named local paths exist.</summary>
    public static SpecResult Read(ReadOnlyMemory<byte> content, SpecOptions options)
    {
        var problems = new SpecProblems();
        var root = FileText.Decode(content.Span, problems) is { } text
            ? TaskDocument.Find(text, options.LastKeyWins, problems)
            : null;
        return problems.ToResult(root is null ? null : new SpecAssembler(problems, options).Assemble(root), options.Strict);
    }
}
