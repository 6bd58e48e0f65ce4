using System.Text.Json;
using Sky.Core;
using Sky.Core.Processes;

namespace Sky.Cli.Client;

/// <summary>What the controller of this machine wrote down for its clients.</summary>
internal static class ControllerInfo
{
    /// <summary>The address of the running controller; null when none runs, or it has not come so far.</summary>
    public static ControllerAddress? OfRunning(SkyHome home)
    {
        if (!FileLock.IsHeld(home.ControllerLock))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(home.ControllerInfo));
            var url = document.RootElement.GetProperty("url").GetString();
            return url is null ? null : new ControllerAddress(new Uri(url), File.ReadAllText(home.Token).Trim());
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or JsonException or KeyNotFoundException or UriFormatException)
        {
            return null;
        }
    }
}
