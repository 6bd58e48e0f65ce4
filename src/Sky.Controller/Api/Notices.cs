using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary>What a user should know of a change of the version in force.</summary>
internal static class Notices
{
    /// <param name="port">What a fixed port means for it; null for nothing.</param>
    /// <param name="before">The service before the change.</param>
    public static IEnumerable<string> Of(string? port, ServiceRecord before)
    {
        if (port is not null)
        {
            yield return port;
        }

        if (before.Canary is { } canary)
        {
            yield return $"A canary of version {canary.Version} was under way; that ends with this change.";
        }
        else if (before.Traffic is { } traffic)
        {
            yield return $"Requests were divided ({traffic.Text}); that ends with this change.";
        }
    }
}
