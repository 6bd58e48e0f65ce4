using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Traffic.Canaries;

namespace Sky.Cli.Serve;

/// <summary>What <c>sky serve update</c> was asked for.</summary>
internal sealed record UpdateRequest
{
    public required string Name { get; init; }

    public required string File { get; init; }

    public required UpdateMode Mode { get; init; }

    /// <summary>Null: no canary.</summary>
    public required CanarySpec? Canary { get; init; }

    public required bool Yes { get; init; }

    public required bool Async { get; init; }

    public required SpecOptions Spec { get; init; }
}
