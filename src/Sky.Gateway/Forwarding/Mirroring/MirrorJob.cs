using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.Reporting.Arms;

namespace Sky.Gateway.Forwarding.Mirroring;

/// <summary>A copy of a request, on its way to the mirror. It holds nothing of the client's connection.</summary>
internal sealed record MirrorJob
{
    public required HttpRequestMessage Message { get; init; }

    public required ReplicaLease Lease { get; init; }

    /// <summary>Null: it came too late to be counted.</summary>
    public required ArmCounter? Counter { get; init; }

    public required ServiceState Service { get; init; }

    /// <summary>As the request asked for it; null for a request to no model, which uses nothing that is counted.</summary>
    public required string? Model { get; init; }

    /// <summary>Tokens of the prompt, estimated.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Tokens that a prompt or one answer may have.</summary>
    public required long MostTokens { get; init; }

    public required PriceSpec? Prices { get; init; }
}
