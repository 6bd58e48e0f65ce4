using System.Buffers;

namespace Sky.Gateway.Routing;

/// <summary>
/// Whether a path, as some server might read it, leads out of the service that it was sent to: above the service's root, or to another
/// authority. Encoded signs count as what they stand for, a backslash as a slash, and what stands behind a semicolon in a segment as nothing.
/// </summary>
internal static class PathShape
{
    private static readonly SearchValues<char> Telling = SearchValues.Create("%\\.");

    /// <param name="path">The replica's part of a path, without the query; empty or beginning with a slash.</param>
    public static bool Leaves(ReadOnlySpan<char> path)
    {
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            return true;
        }

        return path.ContainsAny(Telling) && Climbs(path);
    }

    private static bool Climbs(ReadOnlySpan<char> path)
    {
        var depth = 0;
        var segment = new PathSegment();
        var first = true;
        for (var at = 1; at <= path.Length; at++)
        {
            var sign = at == path.Length ? '/' : Decoded(path, ref at);
            if (sign is not ('/' or '\\'))
            {
                segment.Add(sign);
                continue;
            }

            // An empty segment at the root begins what some take for an authority.
            if (first && segment.IsEmpty && at < path.Length)
            {
                return true;
            }

            depth += segment.Climb;
            if (depth < 0)
            {
                return true;
            }

            segment = new PathSegment();
            first = false;
        }

        return false;
    }

    /// <summary>The sign at <paramref name="at"/>, which is moved to its last character.</summary>
    private static char Decoded(ReadOnlySpan<char> path, ref int at)
    {
        if (path[at] != '%' || at + 2 >= path.Length || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2]))
        {
            return path[at];
        }

        at += 2;
        return (char)((Hex(path[at - 1]) << 4) | Hex(path[at]));
    }

    private static int Hex(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
