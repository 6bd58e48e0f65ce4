using Sky.Core.Traffic;

namespace Sky.Controller.Api;

/// <summary>What a user should know of a change of the version in force.</summary>
internal static class Notices
{
    /// <param name="port">What a fixed port means for it; null for nothing.</param>
    /// <param name="traffic">The division that was in force; null for none.</param>
    public static IEnumerable<string> Of(string? port, TrafficSplit? traffic)
    {
        if (port is not null)
        {
            yield return port;
        }

        if (traffic is not null)
        {
            yield return $"Requests were divided ({traffic.Text}); that ends with this change.";
        }
    }
}
