using Docker.DotNet;

namespace Sky.Providers.Engines.Docker;

/// <summary>Connections to Docker Engines.</summary>
internal static class DockerClients
{
    /// <summary>Of no version: the daemon speaks its own. Calls are bounded by whoever makes them, since logs and pulls last.</summary>
    public static DockerClient Connect(Uri endpoint) => new DockerClientBuilder().WithEndpoint(endpoint).WithTimeout(Timeout.InfiniteTimeSpan).Build();
}
