namespace Sky.Providers.Clouds.Docker;

/// <summary>A Docker Engine as Docker's own client knows it.</summary>
/// <param name="Name">Of the context; null for the one that the client uses where none is named.</param>
/// <param name="Endpoint">Where it is; null where it is nowhere that replicas can be reached.</param>
/// <param name="Trouble">Why <paramref name="Endpoint"/> is null; null otherwise.</param>
public sealed record DockerContext(string? Name, Uri? Endpoint, string? Trouble = null)
{
    /// <summary>Where Docker's client finds it, as it is written there, such as <c>ssh://me@machine</c>; null where nothing is known.</summary>
    public string? Host { get; init; } = Endpoint?.OriginalString;
}
