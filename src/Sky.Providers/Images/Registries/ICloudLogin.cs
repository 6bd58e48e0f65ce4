using Sky.Core.Images;
using Sky.Providers.Registries;

namespace Sky.Providers.Images.Registries;

/// <summary>A cloud's own registry, whose password is made from the cloud's credentials and lasts for hours.</summary>
internal interface ICloudLogin
{
    /// <summary>Whether the registry is one of this cloud's, by its host.</summary>
    bool Owns(string registry);

    /// <summary>A password for it; null where this machine has no credentials of the cloud.</summary>
    /// <exception cref="ImageException">The cloud refuses, or cannot be reached.</exception>
    Task<RegistryLogin?> LoginAsync(string registry, CancellationToken cancellationToken);
}
