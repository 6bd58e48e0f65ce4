using Sky.Core.Secrets;
using Sky.Providers.Secrets;

namespace Sky.Providers.Tests.Secrets;

public sealed class EnvSecretsTests : SecretProviderContract
{
    protected override string? Denied => null;

    protected override Task<ISecretProvider> CreateAsync() => Task.FromResult<ISecretProvider>(new EnvSecrets(new Dictionary<string, string> { ["there"] = Value }));
}
