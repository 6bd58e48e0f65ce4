using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Providers.Registries;

namespace Sky.Providers.Engines.Docker;

/// <summary>The variables that a replica finds beyond its image's own.</summary>
internal static class ContainerEnvironment
{
    /// <summary>The task's envs and secrets, then what the controller gives; the later wins. What pulls the image is not for what runs in it.</summary>
    public static Dictionary<string, string> Build(RunRequest request, DockerOCIImageConfig image)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // Docker's init passes signals on to the whole group, so that `run` need not replace its shell to hear them.
            ["TINI_KILL_PROCESS_GROUP"] = "1",
        };
        if (!ContainerSecurity.IsRoot(ContainerSecurity.User(request.Task.Security, image.User)) && ContainerSecurity.IsRoot(image.User))
        {
            // The image knows no home of a user that it was not made for.
            all["HOME"] = "/tmp";
        }

        foreach (var (name, value) in request.Task.Envs)
        {
            all[name] = value;
        }

        foreach (var (name, secret) in request.Task.Secrets)
        {
            all[name] = secret.Reveal();
        }

        foreach (var (name, value) in request.Variables)
        {
            all[name] = value;
        }

        foreach (var name in TaskCredentials.Variables)
        {
            all.Remove(name);
        }

        all["SKY_HOST"] = "0.0.0.0";
        return all;
    }
}
