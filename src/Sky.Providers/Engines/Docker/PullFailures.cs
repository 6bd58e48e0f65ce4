using Sky.Core.Engines;
using Sky.Core.Images;

namespace Sky.Providers.Engines.Docker;

/// <summary>What a daemon says of an image it could not pull, named by the reaction it needs.</summary>
internal static class PullFailures
{
    /// <param name="image">What was to be pulled.</param>
    /// <param name="message">The daemon's words.</param>
    /// <param name="withLogin">Whether it was given a login.</param>
    /// <returns>A <see cref="ProvisionException"/> where a person must act, else an <see cref="EngineException"/>.</returns>
    public static Exception Name(ImageReference image, string message, bool withLogin)
    {
        if (DockerFailures.IsNoSpace(message))
        {
            return new EngineException(EngineFailure.NoCapacity, $"there is no room for image {image} on the engine's disk: free some (docker system prune)");
        }

        if (Has(message, "no matching manifest", "does not match the specified platform", "no match for platform"))
        {
            return new ProvisionException($"image {image} is not made for this machine's processor: name one that is, or build it for it ({message})");
        }

        if (Has(message, "toomanyrequests", "too many requests", "rate limit"))
        {
            return new EngineException(EngineFailure.Unavailable, $"{image.Registry} lets nobody pull so often without a login: {message}. {HowToLogIn(image)}");
        }

        if (Has(message, "unauthorized", "no basic auth credentials", "authentication required", "incorrect username or password", "access forbidden", "403 forbidden", "denied"))
        {
            return new ProvisionException(withLogin
                ? $"{image.Registry} refuses the login it was given for image {image}, or there is no such image: check user, password and name ({message})"
                : $"{image.Registry} does not give image {image} to everybody, or there is no such image. {HowToLogIn(image)}");
        }

        return Has(message, "not found", "manifest unknown", "name unknown", "invalid reference", "repository name must be")
            ? new ProvisionException($"there is no image {image} at {image.Registry}: check its name and tag ({message})")
            : new EngineException(EngineFailure.Unavailable, $"image {image} could not be pulled: {message}");
    }

    private static string HowToLogIn(ImageReference image) =>
        $"Give SKYPILOT_DOCKER_USERNAME and SKYPILOT_DOCKER_PASSWORD as secrets, and SKYPILOT_DOCKER_SERVER: {image.Registry}, in the service file, "
        + $"or run `docker login{(image.Registry == ImageReference.DockerHub ? "" : " " + image.Registry)}` as the controller's user";

    private static bool Has(string message, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (message.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
