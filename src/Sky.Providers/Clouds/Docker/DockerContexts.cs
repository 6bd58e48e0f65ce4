using System.Text.Json;
using Sky.Providers.Registries;

namespace Sky.Providers.Clouds.Docker;

/// <summary>
/// Finds Docker Engines as Docker's own client does: <c>DOCKER_HOST</c>, else <c>DOCKER_CONTEXT</c>, else the current context of
/// <c>config.json</c>, else the usual socket; and every context by its name.
/// </summary>
public static class DockerContexts
{
    private const string Default = "default";
    private const string UsualSocket = "unix:///var/run/docker.sock";

    /// <summary>Those that whoever runs this program has.</summary>
    public static IReadOnlyList<DockerContext> OfThisUser() => Find(Environment.GetEnvironmentVariable, Path.GetDirectoryName(DockerConfigFile.DefaultPath)!);

    /// <summary>The one that is used where none is named first; then those of the configuration by name.</summary>
    /// <param name="variable">The environment of this program.</param>
    /// <param name="configFolder">Where <c>config.json</c> and <c>contexts</c> are, such as <c>~/.docker</c>.</param>
    public static IReadOnlyList<DockerContext> Find(Func<string, string?> variable, string configFolder)
    {
        var named = Stored(configFolder).Append(new DockerContext(Default, new Uri(UsualSocket))).DistinctBy(context => context.Name).ToList();
        return [Current(variable, configFolder, named), .. named.OrderBy(context => context.Name, StringComparer.Ordinal)];
    }

    private static DockerContext Current(Func<string, string?> variable, string configFolder, List<DockerContext> named)
    {
        if (variable("DOCKER_HOST") is { Length: > 0 } host)
        {
            return Of(null, host, "DOCKER_HOST");
        }

        var (name, source) = variable("DOCKER_CONTEXT") is { Length: > 0 } chosen ? (chosen, "DOCKER_CONTEXT") : (CurrentContext(configFolder) ?? Default, "Docker's configuration");
        return named.Find(context => context.Name == name) is { } found
            ? found with { Name = null }
            : new DockerContext(null, null, $"{source} names the context {name}, which is not in {configFolder}");
    }

    private static string? CurrentContext(string configFolder) => Text(Path.Combine(configFolder, "config.json"), "currentContext");

    /// <summary>Each lies in a folder named by a hash of its name.</summary>
    private static IEnumerable<DockerContext> Stored(string configFolder)
    {
        var folder = Path.Combine(configFolder, "contexts", "meta");
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var file in Directory.EnumerateDirectories(folder).Select(context => Path.Combine(context, "meta.json")))
        {
            if (Text(file, "Name") is { Length: > 0 } name && Text(file, "Endpoints", "docker", "Host") is { Length: > 0 } host)
            {
                yield return Of(name, host, $"the context {name}");
            }
        }
    }

    private static DockerContext Of(string? name, string host, string source) =>
        Uri.TryCreate(host, UriKind.Absolute, out var endpoint) && endpoint.Scheme == "unix"
            ? new DockerContext(name, endpoint)
            : new DockerContext(name, null, $"{source} is at {host}: replicas are reached at this machine's ports, so that only a Docker Engine with a Unix socket on this machine can be used. {Instead(name, host)}") { Host = host };

    /// <summary>A machine of its own is a node of a cluster.</summary>
    private static string Instead(string? name, string host) => host.StartsWith("ssh://", StringComparison.Ordinal)
        ? $"Make that machine a node of a cluster: sky cluster create CLUSTER, sky cluster join CLUSTER NODE {(name is null ? $"--ssh {host}" : $"--context {name}")} --manager; then infra: swarm/CLUSTER"
        : "Make that machine a node of a cluster: sky cluster create CLUSTER, sky cluster join CLUSTER NODE --ssh USER@HOST --manager; then infra: swarm/CLUSTER";

    private static string? Text(string file, params ReadOnlySpan<string> names)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var json = document.RootElement;
            foreach (var name in names)
            {
                if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
                {
                    return null;
                }
            }

            return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            // A file that Docker's own client cannot read either.
            return null;
        }
    }
}
