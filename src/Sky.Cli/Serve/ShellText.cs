namespace Sky.Cli.Serve;

/// <summary>Text as a word of a shell's command line.</summary>
internal static class ShellText
{
    private const string Special = "?&;*[]{}()<>|!#~`$\\'\" \t\n";

    /// <summary>In quotes only where it needs them.</summary>
    public static string Quote(string text) => text.AsSpan().IndexOfAny(Special) < 0 ? text : InQuotes(text);

    public static string InQuotes(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
