namespace LlmSim.Tokens;

/// <summary>The text a model "thinks of": every token follows from the seed and the token's place, so a text is the same wherever it is made.</summary>
internal static class TextSource
{
    private static readonly string[] Words =
    [
        "the", "model", "reads", "a", "token", "and", "writes", "another", "while", "every", "queue", "moves", "ahead", "light", "falls", "on",
        "green", "hills", "where", "rivers", "bend", "toward", "some", "quiet", "harbor", "so", "each", "answer", "keeps", "its", "own", "pace",
        "of", "small", "steps", "until", "night", "turns", "into", "morning", "bright", "clouds", "drift", "over", "stone", "paths", "that", "lead",
        "home", "with", "seven", "birds", "in", "one", "tall", "tree", "beside", "an", "old", "mill", "near", "deep", "water", "now",
    ];

    /// <summary>Length of the text where nothing limits it, in tokens: 16 to 271.</summary>
    public static int NaturalLength(ulong seed) => 16 + (int)(StableHash.Add(seed, -1) % 256);

    /// <summary>Each token is one of <see cref="Tokenizer"/>'s, so that counting the text gives the number generated.</summary>
    public static IEnumerable<string> Tokens(ulong seed)
    {
        for (var i = 0; ; i++)
        {
            var draw = StableHash.Add(seed, i);
            if (i % 12 == 11)
            {
                yield return ".";
                continue;
            }

            var word = Words[draw % (ulong)Words.Length];
            yield return i == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : " " + word;
        }
    }
}
