namespace Sky.Core.Traffic;

/// <summary>What keeps one user at one version.</summary>
/// <param name="Kind">What says who the user is.</param>
/// <param name="Header">The header's name, for <see cref="StickyKind.Header"/>.</param>
public sealed record StickyRule(StickyKind Kind, string? Header = null)
{
    public const string Forms = "header:NAME, key or none";

    private const string HeaderPrefix = "header:";
    private const int LongestHeader = 64;

    public static readonly StickyRule None = new(StickyKind.None);

    /// <summary>From one of <see cref="Forms"/>; null where it is none of them.</summary>
    public static StickyRule? Parse(string word)
    {
        if (word.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
        {
            var name = word[HeaderPrefix.Length..];
            return name.Length is > 0 and <= LongestHeader && name.All(IsOfName) ? new StickyRule(StickyKind.Header, name) : null;
        }

        return word.ToLowerInvariant() switch
        {
            "key" => new StickyRule(StickyKind.Key),
            "none" => None,
            _ => null,
        };
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        StickyKind.Header => HeaderPrefix + Header,
        StickyKind.Key => "key",
        _ => "none",
    };

    private static bool IsOfName(char sign) => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_';
}
