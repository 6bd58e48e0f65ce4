namespace Sky.Providers.Engines.Docker;

/// <summary>Which Docker Engine, and how replicas run on it.</summary>
public sealed record DockerEngineOptions
{
    /// <summary>What runs <c>setup</c> and <c>run</c> where a file names no image: it has bash, Python and a package manager.</summary>
    public const string DefaultBaseImage = "python:3.12-slim-bookworm";

    /// <summary>The engine's unique name: <c>docker</c>, or <c>docker/CONTEXT</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Such as <c>unix:///var/run/docker.sock</c>.</summary>
    public required Uri Endpoint { get; init; }

    public string BaseImage { get; init; } = DefaultBaseImage;

    /// <summary>GPUs of the engine's machine; null where that is not known, and then Docker chooses.</summary>
    public Func<Task<int?>>? CountGpus { get; init; }

    /// <summary>A file that says that something was run there once; null: it is not remembered.</summary>
    public string? UsageMark { get; init; }
}
