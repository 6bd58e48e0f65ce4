using System.Text.Json;
using Sky.Core;
using Sky.Core.Processes;

namespace Sky.Cli.Client;

/// <summary>What the controller of this machine wrote down for its clients.</summary>
internal static class ControllerInfo
{
    private const string Remedy = "Restore it, or end the process that holds the lock and run 'sky controller start', which writes it anew.";

    /// <summary>
    /// The address of the running controller; null when none runs, or it has not come so far. Throws
    /// <see cref="ControllerUnreachableException"/> when one runs and what it wrote down cannot be used.
    /// </summary>
    public static ControllerAddress? OfRunning(SkyHome home)
    {
        if (!FileLock.IsHeld(home.ControllerLock))
        {
            return null;
        }

        try
        {
            return new ControllerAddress(Url(home.ControllerInfo, File.ReadAllBytes(home.ControllerInfo)), Token(home.Token));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            if (File.Exists(home.ControllerInfo) && !File.Exists(home.Token))
            {
                throw new ControllerUnreachableException($"{home.Token} is missing, without which the controller that runs there lets nobody in. {Remedy}");
            }

            return null;
        }
    }

    /// <summary>The token in the file. Throws <see cref="ControllerUnreachableException"/> when it is none.</summary>
    public static string Token(string path)
    {
        var token = File.ReadAllText(path).Trim();
        return SkyHome.IsToken(token) ? token : throw new ControllerUnreachableException($"{path} is damaged: it holds no token. {Remedy}");
    }

    private static Uri Url(string path, byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("url", out var value)
                && value.ValueKind == JsonValueKind.String
                && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
            {
                return url;
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string of it that is no text: told like every other damage.
        }

        throw new ControllerUnreachableException($"{path} is damaged: it holds no URL of a controller. {Remedy}");
    }
}
