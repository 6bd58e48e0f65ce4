using Sky.Core.Services;

namespace Sky.Controller.Api;

/// <summary>Why one replica stands where it stands.</summary>
public sealed record ReplicaExplanationView
{
    public required int Id { get; init; }

    public required int Version { get; init; }

    public required string Status { get; init; }

    public required PlaceView Place { get; init; }

    /// <summary>What the file asks for there, such as <c>1x[spot](gpus=A100:4)</c>.</summary>
    public required string Asked { get; init; }

    /// <summary>One sentence: why this place.</summary>
    public required string Why { get; init; }

    /// <summary>Places that would be better now; at most a few.</summary>
    public IReadOnlyList<PlaceView> Better { get; init; } = [];

    /// <summary>What was tried, and what became of it, oldest first.</summary>
    public IReadOnlyList<ServiceEvent> Tried { get; init; } = [];
}
