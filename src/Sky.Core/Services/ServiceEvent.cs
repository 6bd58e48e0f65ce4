namespace Sky.Core.Services;

/// <summary>Something that happened to a service and that a person may want to read later: a transition with its reason.</summary>
public sealed record ServiceEvent
{
    public required DateTimeOffset At { get; init; }

    public ReplicaId? Replica { get; init; }

    public required string Message { get; init; }
}
