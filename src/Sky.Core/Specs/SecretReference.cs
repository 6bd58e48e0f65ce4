namespace Sky.Core.Specs;

/// <summary>Where a secret's value is held; what is secret itself stands nowhere in it.</summary>
public sealed record SecretReference
{
    public const string Env = "env";
    public const string File = "file";

    /// <summary>The provider's word, such as <c>aws-secretsmanager</c>.</summary>
    public required string From { get; init; }

    /// <summary>The secret's name with its provider; for <see cref="Env"/> the variable's. Null: its name in the service file.</summary>
    public string? Name { get; init; }

    /// <summary>An absolute path, for <see cref="File"/>.</summary>
    public string? Path { get; init; }

    /// <summary>The member to take where the value is a JSON object; null: the whole value.</summary>
    public string? Key { get; init; }

    /// <summary>The provider's own version of the secret; null: the present one.</summary>
    public string? Version { get; init; }

    /// <summary>The key vault's address or name, for <c>azure-keyvault</c>.</summary>
    public string? Vault { get; init; }

    /// <summary>The region, for <c>aws-secretsmanager</c>; null: that of the controller's own environment.</summary>
    public string? Region { get; init; }

    /// <summary>Whether whoever runs the command knows the value, and not the controller.</summary>
    public bool IsOfTheClient => From is Env or File;

    /// <summary>For people.</summary>
    public override string ToString() => $"{From} {Path ?? Name}";
}
