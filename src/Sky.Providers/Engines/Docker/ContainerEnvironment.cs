using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Specs;
using Sky.Providers.Registries;

namespace Sky.Providers.Engines.Docker;

/// <summary>The variables that a replica finds beyond its image's own. Secrets are apart: what is here, whoever inspects the container sees.</summary>
internal static class ContainerEnvironment
{
    private const string HostName = "SKY_HOST";

    /// <summary>The task's envs, then what the controller gives; the later wins. What pulls the image is not for what runs in it.</summary>
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

        foreach (var (name, _) in request.Task.Secrets.Where(secret => secret.Value.Reveal().Length == 0))
        {
            all[name] = "";
        }

        foreach (var (name, value) in request.Variables)
        {
            all[name] = value;
        }

        foreach (var name in TaskCredentials.Variables)
        {
            all.Remove(name);
        }

        all[HostName] = "0.0.0.0";
        return all;
    }

    /// <summary>The task's secrets, but for empty ones, those that the controller's own variables hide and those that pull the image.</summary>
    public static IReadOnlyDictionary<string, SecretValue> Secrets(RunRequest request) => request.Task.Secrets
        .Where(secret => secret.Value.Reveal().Length > 0 && secret.Key != HostName && !request.Variables.ContainsKey(secret.Key) && !TaskCredentials.Variables.Contains(secret.Key))
        .ToDictionary(StringComparer.Ordinal);
}
