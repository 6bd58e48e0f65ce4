namespace Sky.Core.Specs;

/// <summary>The header in which the gateway presents itself to replicas, in the place of whatever the client sent there.</summary>
/// <param name="Header">Its name.</param>
/// <param name="Value">What is sent.</param>
public sealed record UpstreamAuthSpec(string Header, SecretValue Value)
{
    /// <summary>
    /// The value with <c>$NAME</c> in the place of secrets that are held elsewhere, as the file has it; <see cref="Value"/> is made of it whenever they are
    /// looked up. Null where none is named.
    /// </summary>
    public SecretValue? Template { get; init; }
}
