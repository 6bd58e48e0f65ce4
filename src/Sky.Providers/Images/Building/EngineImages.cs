using Docker.DotNet;
using Sky.Providers.Clouds.Docker;
using Sky.Providers.Engines.Docker;

namespace Sky.Providers.Images.Building;

/// <summary>What images the Docker Engine of this machine has, through its API: the controller needs no Docker command.</summary>
/// <param name="variable">The environment.</param>
/// <param name="configFolder">Where Docker's settings are: they may name another engine than the usual one.</param>
internal sealed class EngineImages(Func<string, string?> variable, string configFolder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Null where there is no engine or it has no such image.</summary>
    public async Task<LocalImage?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (DockerContexts.Find(variable, configFolder)[0].Endpoint is not { } endpoint || (endpoint.Scheme == "unix" && !File.Exists(endpoint.LocalPath)))
        {
            return null;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var docker = DockerClients.Connect(endpoint);
            var image = await docker.Images.InspectImageAsync(name, limit.Token);
            return new(image.ID, [.. image.RepoDigests ?? []]);
        }
        catch (Exception bad) when (bad is DockerApiException || DockerFailures.IsExpected(bad) || (bad is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
