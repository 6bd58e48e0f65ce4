using Sky.Core.Images;
using Sky.Core.Specs;

namespace Sky.Providers.Registries;

/// <summary>Where the login for a registry comes from: the task's own variables, else Docker's configuration of whoever runs this program.</summary>
internal sealed class RegistryLogins(DockerConfigFile config)
{
    /// <summary>Those of this user's Docker.</summary>
    public static RegistryLogins OfThisUser { get; } = new(new DockerConfigFile(DockerConfigFile.DefaultPath, new CredentialHelper()));

    /// <summary>Null for none: then it is asked without.</summary>
    /// <exception cref="RegistryLoginException">Docker's configuration names a place that cannot be read.</exception>
    public async Task<RegistryLogin?> ForAsync(TaskSpec task, ImageReference image, CancellationToken cancellationToken) =>
        TaskCredentials.For(task, image.Registry) ?? await config.FindAsync(image.Registry, cancellationToken);
}
