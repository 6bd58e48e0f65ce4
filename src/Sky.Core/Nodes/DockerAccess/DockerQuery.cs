namespace Sky.Core.Nodes.DockerAccess;

/// <summary>Queries of a daemon's API: each parameter once, its name written plainly.</summary>
internal static class DockerQuery
{
    private const int Longest = 16 << 10;

    /// <summary>Whether a query has no other parameters than these.</summary>
    public static bool Holds(string query, IReadOnlyList<string> allowed)
    {
        if (query.Length == 0)
        {
            return true;
        }

        // A semicolon parts parameters for some readers and not for others.
        if (query.Length > Longest || query.Any(sign => sign is <= ' ' or > '~' or ';' or '#'))
        {
            return false;
        }

        var names = query.Split('&').Select(pair => pair.Split('=', 2)[0]).ToList();
        return names.All(allowed.Contains) && names.Distinct().Count() == names.Count;
    }
}
