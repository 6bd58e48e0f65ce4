using System.Buffers;
using Sky.Core.Endpoints;
using Sky.Gateway.Routing.Models;

namespace Sky.Gateway.Routing;

/// <summary>
/// The paths of a service that clients reach: the inference API, the readiness probe, and those that its file exposes. It looks at the path
/// as it is sent; one that servers may read in different ways is none of them.
/// </summary>
internal sealed class PathGuard
{
    /// <summary>Signs by which two readers of one path come to different ones.</summary>
    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("%\\;");

    private readonly HashSet<string> _exact = new(StringComparer.Ordinal);
    private readonly List<string> _below = [];

    private PathGuard(ServiceEndpoints endpoints)
    {
        var probe = endpoints.ReadinessProbe.Path;
        _exact.Add(InferencePath.Of(probe).ToString());
        foreach (var path in endpoints.Expose ?? [])
        {
            if (path.EndsWith("/*", StringComparison.Ordinal))
            {
                _below.Add(path[..^1]);
            }
            else
            {
                _exact.Add(path);
            }
        }
    }

    /// <summary>Null: every path of the service is reached.</summary>
    public static PathGuard? For(ServiceEndpoints? endpoints) =>
        endpoints is null || (endpoints.Models is null && endpoints.Expose is null) ? null : new PathGuard(endpoints);

    /// <param name="path">The replica's part of the path, without the query; empty or beginning with a slash.</param>
    public bool Allows(ReadOnlySpan<char> path)
    {
        path = path.IsEmpty ? "/" : path;
        if (InferencePath.IsOne(path))
        {
            return true;
        }

        if (path.ContainsAny(Ambiguous) || path.Contains("//", StringComparison.Ordinal) || HasDots(path))
        {
            return false;
        }

        if (_exact.GetAlternateLookup<ReadOnlySpan<char>>().Contains(path))
        {
            return true;
        }

        foreach (var root in _below)
        {
            if (path.StartsWith(root, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasDots(ReadOnlySpan<char> path) =>
        path.Contains("/./", StringComparison.Ordinal) || path.Contains("/../", StringComparison.Ordinal)
        || path.EndsWith("/.", StringComparison.Ordinal) || path.EndsWith("/..", StringComparison.Ordinal);
}
