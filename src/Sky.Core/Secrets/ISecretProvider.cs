using Sky.Core.Specs;

namespace Sky.Core.Secrets;

/// <summary>Who holds secrets. Safe for concurrent use; asking again is harmless.</summary>
public interface ISecretProvider
{
    /// <summary>Its word in <see cref="SecretReference.From"/>.</summary>
    string Name { get; }

    /// <summary>The value as it is now, whole: <see cref="SecretReference.Key"/> is not looked at. Never null.</summary>
    /// <param name="reference">Has <see cref="SecretReference.Name"/> or <see cref="SecretReference.Path"/> filled in.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="SecretException">There is none to be had; the failure says what kind of reaction it needs.</exception>
    Task<SecretValue> ResolveAsync(SecretReference reference, CancellationToken cancellationToken);
}
