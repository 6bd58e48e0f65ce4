namespace Sky.Core.Nodes;

/// <summary>Names that stand between the dots of a host name.</summary>
internal static class DnsLabel
{
    /// <summary>Lower-case letters, digits and dashes, with a letter or digit at both ends.</summary>
    public static bool IsValid(string text, int longest)
    {
        if (text.Length == 0 || text.Length > longest || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }

        return text.All(sign => char.IsAsciiLetterLower(sign) || char.IsAsciiDigit(sign) || sign == '-');
    }
}
