using Sky.Core.Images;
using Sky.Core.Specs;
using Sky.Providers.Registries;

namespace Sky.Providers.Images.Registries;

/// <summary>
/// Who we are at a registry: what the service file says, then <c>SKYPILOT_DOCKER_*</c> of the environment, then Docker's settings, then what a
/// cloud gives the one who has its credentials.
/// </summary>
/// <param name="environment">The variables of this process.</param>
/// <param name="config">Docker's settings.</param>
/// <param name="clouds">Logins by a cloud's credentials.</param>
internal sealed class RegistryAccess(IReadOnlyDictionary<string, string> environment, DockerConfigFile config, IReadOnlyList<ICloudLogin> clouds)
{
    private readonly TaskSpec _environment = new() { Envs = environment };

    /// <summary>Null: as anonymous.</summary>
    /// <exception cref="ImageException">Something that should know could not be asked.</exception>
    public async Task<RegistryLogin?> FindAsync(string registry, TaskSpec task, CancellationToken cancellationToken) =>
        Given(registry, task) ?? await KeptAsync(registry, cancellationToken) ?? await FromCloudAsync(registry, cancellationToken);

    /// <summary>The same where Docker's own settings would not lead to it; null: Docker's command needs no help.</summary>
    /// <exception cref="ImageException">Something that should know could not be asked.</exception>
    public async Task<RegistryLogin?> BeyondDockerAsync(string registry, TaskSpec task, CancellationToken cancellationToken)
    {
        if (Given(registry, task) is { } given)
        {
            return given;
        }
        return await KeptAsync(registry, cancellationToken) is null ? await FromCloudAsync(registry, cancellationToken) : null;
    }

    private RegistryLogin? Given(string registry, TaskSpec task) => TaskCredentials.For(task, registry) ?? TaskCredentials.For(_environment, registry);

    private async Task<RegistryLogin?> KeptAsync(string registry, CancellationToken cancellationToken)
    {
        try
        {
            return await config.FindAsync(registry, cancellationToken);
        }
        catch (RegistryLoginException bad)
        {
            throw new ImageException(ImageFailure.Unauthorized, bad.Message, bad);
        }
    }

    private async Task<RegistryLogin?> FromCloudAsync(string registry, CancellationToken cancellationToken) =>
        clouds.FirstOrDefault(cloud => cloud.Owns(registry)) is { } cloud ? await cloud.LoginAsync(registry, cancellationToken) : null;
}
