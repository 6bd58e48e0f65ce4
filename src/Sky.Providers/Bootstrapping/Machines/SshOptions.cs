namespace Sky.Providers.Bootstrapping.Machines;

/// <summary>How a machine is reached over SSH.</summary>
public sealed record SshOptions
{
    public required SshTarget Target { get; init; }

    /// <summary>The file of a private key, and no other key then; null: those that <c>ssh</c> has.</summary>
    public string? Identity { get; init; }

    /// <summary>Another file than <c>~/.ssh/config</c>; null for that.</summary>
    public string? ConfigFile { get; init; }
}
