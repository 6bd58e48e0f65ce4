namespace Sky.Providers.Registries;

/// <summary>What a registry is shown: a name and a password, or a token that stands for both.</summary>
internal sealed record RegistryLogin
{
    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>A refresh token instead of a password.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>Nothing of it is printed.</summary>
    public override string ToString() => nameof(RegistryLogin);
}
