namespace Sky.Testing.Processes;

/// <summary>Service files around the test replica.</summary>
public static class TestService
{
    /// <summary>A service file whose replicas run the test replica.</summary>
    /// <param name="serving">More lines of the <c>service:</c> section, without indentation.</param>
    /// <param name="replicas">Lines for the number of replicas; null where <paramref name="serving"/> has them.</param>
    /// <param name="tag">What the replica answers with, to tell versions apart.</param>
    /// <param name="envs">More environment of the replica.</param>
    public static string Yaml(string serving = "", int? replicas = 1, string tag = "v1", params (string Key, string Value)[] envs)
    {
        var count = replicas is null ? "" : $"\n  replicas: {replicas}";
        var more = string.Concat(serving.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"\n  {line}"));
        var variables = string.Concat(envs.Select(pair => $"\n  {pair.Key}: \"{pair.Value}\""));
        return $"""
            service:
              readiness_probe:
                path: /health
                initial_delay_seconds: 20
                endpoint_probe_interval_seconds: 0.2
                timeout_seconds: 2{count}{more}
            envs:
              TAG: {tag}{variables}
            run: exec {SkyProgram.TestReplica} $SKY_PORT
            """;
    }
}
