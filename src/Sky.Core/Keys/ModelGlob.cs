namespace Sky.Core.Keys;

/// <summary>A name with <c>*</c> for any text and <c>?</c> for any one character. Case does not count, as in the names of models people copy.</summary>
public static class ModelGlob
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (at, reached) = (0, 0);
        var (star, resumed) = (-1, 0);
        while (reached < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, resumed) = (at++, reached);
            }
            else if (at < pattern.Length && (pattern[at] == '?' || char.ToLowerInvariant(pattern[at]) == char.ToLowerInvariant(name[reached])))
            {
                at++;
                reached++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                reached = ++resumed;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].IndexOfAnyExcept('*') < 0;
    }
}
