using Docker.DotNet;
using Docker.DotNet.Models;
using Sky.Core.Engines;
using Sky.Core.Images;
using Sky.Providers.Registries;
using TaskSpec = Sky.Core.Specs.TaskSpec;

namespace Sky.Providers.Engines.Docker;

/// <summary>Brings images to an engine.</summary>
internal sealed class ImagePulls(DockerCalls docker, RegistryLogins logins)
{
    /// <summary>The image as the engine has it; null when it must be pulled first.</summary>
    /// <exception cref="ProvisionException">No image can be called that.</exception>
    public Task<ImageInspectResponse?> FindAsync(string image, CancellationToken cancellationToken) => ImageReference.IsId(image) || ImageReference.Parse(image) is not null
        ? docker.ImageAsync(image, cancellationToken)
        : throw new ProvisionException($"'{image}' is not the name of an image: write [REGISTRY/]NAME[:TAG]");

    /// <summary>Pulls what <see cref="FindAsync"/> did not find. However long that takes: the daemon goes on with it for everybody who waits for the same.</summary>
    /// <exception cref="ProvisionException">A person must act.</exception>
    /// <exception cref="EngineException">It may work later.</exception>
    public async Task<ImageInspectResponse> PullAsync(string image, TaskSpec task, PullProgress progress, CancellationToken cancellationToken)
    {
        if (ImageReference.IsId(image))
        {
            throw new ProvisionException($"image {image} is not on this engine any more, and an id cannot be pulled: build it again, or push it to a registry");
        }

        var reference = ImageReference.Parse(image)!;
        var login = await LoginAsync(task, reference, cancellationToken);
        var error = await TryPullAsync(reference, login, progress, cancellationToken);
        return error is null
            ? await FindAsync(image, cancellationToken) ?? throw new EngineException(EngineFailure.Unavailable, $"image {image} was pulled and is gone again")
            : throw PullFailures.Name(reference, error, login is not null);
    }

    private async Task<RegistryLogin?> LoginAsync(TaskSpec task, ImageReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await logins.ForAsync(task, reference, cancellationToken);
        }
        catch (RegistryLoginException error)
        {
            throw new ProvisionException(error.Message, error);
        }
    }

    /// <summary>Null when it is there, else what the daemon says.</summary>
    private async Task<string?> TryPullAsync(ImageReference reference, RegistryLogin? login, PullProgress progress, CancellationToken cancellationToken)
    {
        var auth = new AuthConfig
        {
            Username = login?.Username,
            Password = login?.Password,
            IdentityToken = login?.IdentityToken,
            ServerAddress = login is null ? null : reference.Registry,
        };

        // With a digest the daemon takes it in the place of a tag; without either it would pull them all.
        var parameters = new ImagesCreateParameters { FromImage = $"{reference.Registry}/{reference.Repository}", Tag = reference.Target };
        try
        {
            await docker.Client.Images.CreateImageAsync(parameters, auth, progress, cancellationToken);
            return progress.Error;
        }
        catch (DockerApiException refused)
        {
            return DockerFailures.MessageOf(refused);
        }
        catch (Exception error) when (DockerFailures.IsExpected(error))
        {
            throw DockerFailures.Translate(error, docker.Endpoint);
        }
    }
}
