using System.Buffers;
using System.Globalization;

namespace Sky.Core.Nodes.DockerAccess;

/// <summary>Paths of a daemon's API. Only one way to write each is taken: nothing encoded, no empty or dotted segment.</summary>
internal static class DockerPath
{
    /// <summary>Before it, starting a container takes the options that creating it does.</summary>
    private const int OldestMinor = 40;

    private const int MostMinor = 99;
    private const int LongestPath = 1024;
    private const int LongestId = 255;
    private const string Id = "{id}";
    private const string Image = "{image}";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:@/");

    /// <summary>The segments without the version; null for a path that is not taken.</summary>
    public static string[]? Segments(string path)
    {
        if (path.Length > LongestPath || !path.StartsWith('/') || path.AsSpan().ContainsAnyExcept(Allowed))
        {
            return null;
        }

        var segments = path[1..].Split('/');
        if (segments.Any(segment => segment is "" or "." or ".."))
        {
            return null;
        }

        return IsVersion(segments[0]) switch
        {
            null => segments,
            true when segments.Length > 1 => segments[1..],
            _ => null,
        };
    }

    /// <summary>Whether segments are what a rule's path says.</summary>
    public static bool Matches(string rule, string[] segments)
    {
        var parts = rule[1..].Split('/');
        var image = Array.IndexOf(parts, Image);
        if (image < 0)
        {
            return parts.Length == segments.Length && parts.Zip(segments).All(pair => pair.First == Id ? IsId(pair.Second) : pair.First == pair.Second);
        }

        var after = parts.Length - image - 1;
        return segments.Length >= parts.Length
            && parts[..image].SequenceEqual(segments[..image])
            && parts[(image + 1)..].SequenceEqual(segments[^after..])
            && segments[image..^after].All(IsImagePart);
    }

    /// <summary>Null: it is no version; false: one that is not taken.</summary>
    private static bool? IsVersion(string segment)
    {
        if (segment.Length < 2 || segment[0] != 'v' || !char.IsAsciiDigit(segment[1]))
        {
            return null;
        }

        return segment.StartsWith("v1.", StringComparison.Ordinal)
            && int.TryParse(segment.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            && segment.Length == 5 && minor is >= OldestMinor and <= MostMinor;
    }

    private static bool IsId(string segment) =>
        segment.Length <= LongestId && char.IsAsciiLetterOrDigit(segment[0]) && segment.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '_' or '.' or '-');

    private static bool IsImagePart(string segment) => char.IsAsciiLetterOrDigit(segment[0]);
}
