namespace LlmSim.Tokens;

/// <summary>
/// Cuts text into tokens: a word of up to <see cref="LongestWord"/> letters or digits with the space before it, or one other character.
/// The tokens joined are the text. Real tokenizers cut elsewhere, at a similar number of tokens.
/// </summary>
internal static class Tokenizer
{
    public const int LongestWord = 7;

    public static List<string> Cut(string text)
    {
        var tokens = new List<string>(text.Length / 4);
        for (var start = 0; start < text.Length;)
        {
            var end = EndOfToken(text, start);
            tokens.Add(text[start..end]);
            start = end;
        }

        return tokens;
    }

    private static int EndOfToken(string text, int start)
    {
        var word = text[start] == ' ' ? start + 1 : start;
        var end = word;
        while (end < text.Length && end - word < LongestWord && char.IsLetterOrDigit(text[end]))
        {
            end++;
        }

        if (end > word)
        {
            return end;
        }

        return char.IsHighSurrogate(text[start]) && start + 1 < text.Length ? start + 2 : start + 1;
    }
}
