namespace Sky.Core.Specs;

/// <summary>The header in which the gateway presents itself to replicas, in the place of whatever the client sent there.</summary>
public sealed record UpstreamAuthSpec(string Header, SecretValue Value);
