using Sky.Testing.Docker;

namespace Sky.SystemTests.Docker;

/// <summary>Service files whose replicas are containers of the tests' image.</summary>
internal static class ContainerService
{
    /// <param name="tag">What the replicas answer with, to tell versions apart.</param>
    /// <param name="run">The command; null: the server, at the declared port.</param>
    /// <param name="more">More lines at the top of the file.</param>
    /// <param name="replicas">How many.</param>
    public static string Yaml(string tag = "v1", string? run = null, string more = "", int replicas = 2) => $$"""
        service:
          readiness_probe: {path: /health, initial_delay_seconds: 60, endpoint_probe_interval_seconds: 0.2, timeout_seconds: 2}
          replicas: {{replicas}}
          drain_seconds: 0
        resources:
          cloud: docker
          ports: 8080
        image: {{SharedDocker.Image}}
        envs:
          TAG: {{tag}}
        {{more}}
        run: {{run ?? $"exec {SharedDocker.Serve} 8080"}}
        """;
}
