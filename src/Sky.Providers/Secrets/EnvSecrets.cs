using Sky.Core.Secrets;
using Sky.Core.Specs;

namespace Sky.Providers.Secrets;

/// <summary>Secrets that are variables of an environment.</summary>
/// <param name="environment">Whose.</param>
public sealed class EnvSecrets(IReadOnlyDictionary<string, string> environment) : ISecretProvider
{
    public string Name => SecretReference.Env;

    public Task<SecretValue> ResolveAsync(SecretReference reference, CancellationToken cancellationToken) => environment.TryGetValue(reference.Name ?? "", out var value)
        ? Task.FromResult(new SecretValue(value))
        : throw new SecretException(SecretFailure.NotFound, $"There is no variable {reference.Name} in your environment: set it, and run the command again.");
}
