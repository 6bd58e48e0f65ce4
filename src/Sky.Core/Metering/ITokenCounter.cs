namespace Sky.Core.Metering;

/// <summary>Counts the tokens of a text with a real vocabulary. Called by many requests at once, on their way: it never blocks.</summary>
public interface ITokenCounter
{
    /// <summary>It will be asked soon: what takes time to be loaded begins to be, elsewhere. Costs nothing when said again.</summary>
    void Prepare();

    /// <summary>Tokens of the text; null while, or because, there is no vocabulary.</summary>
    int? Count(ReadOnlySpan<char> text);
}
