using Sky.Core.Images;
using Sky.Core.Specs;

namespace Sky.Providers.Registries;

/// <summary>The login that a service file gives for its image, in SkyServe's three variables, as envs or secrets.</summary>
internal static class TaskCredentials
{
    private const string UsernameVariable = "SKYPILOT_DOCKER_USERNAME";
    private const string PasswordVariable = "SKYPILOT_DOCKER_PASSWORD";
    private const string ServerVariable = "SKYPILOT_DOCKER_SERVER";

    /// <summary>They are for pulling, and not for what is pulled.</summary>
    public static IReadOnlyList<string> Variables { get; } = [UsernameVariable, PasswordVariable, ServerVariable];

    /// <summary>The login for this registry; null where the task gives none for it.</summary>
    public static RegistryLogin? For(TaskSpec task, string registry)
    {
        var username = Value(task, UsernameVariable);
        var password = Value(task, PasswordVariable);
        return username is null || password is null || RegistryOf(Value(task, ServerVariable)) != registry
            ? null
            : new RegistryLogin { Username = username, Password = password };
    }

    /// <summary>The image with the registry of <c>SKYPILOT_DOCKER_SERVER</c> before it, as SkyServe has it, where it names no registry itself.</summary>
    public static string Complete(TaskSpec task, string image)
    {
        var server = Value(task, ServerVariable)?.TrimEnd('/');
        return server is null || RegistryOf(server) == ImageReference.DockerHub || ImageReference.IsId(image) || ImageReference.Parse(image) is not { Registry: ImageReference.DockerHub }
            || image.StartsWith(ImageReference.DockerHub + "/", StringComparison.Ordinal)
                ? image
                : $"{server}/{image}";
    }

    /// <summary>The host of a server as people write it: with a scheme, a path, or nothing for Docker Hub.</summary>
    private static string RegistryOf(string? server)
    {
        var host = (server ?? "").Split("://")[^1].Split('/')[0];
        return host is "" or "index.docker.io" or "registry-1.docker.io" or "hub.docker.com" ? ImageReference.DockerHub : host;
    }

    private static string? Value(TaskSpec task, string name)
    {
        var value = task.Secrets.TryGetValue(name, out var secret) ? secret.Reveal() : task.Envs.GetValueOrDefault(name);
        return string.IsNullOrEmpty(value) ? null : value;
    }
}
