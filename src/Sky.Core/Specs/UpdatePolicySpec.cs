namespace Sky.Core.Specs;

/// <summary>Limits of an update and what to do when the new version never becomes ready.</summary>
public sealed record UpdatePolicySpec
{
    /// <summary>Replicas above the target at any time in a rolling update; 1 by default.</summary>
    public int MaxSurge { get; init; } = 1;

    /// <summary>Replicas below the target at any time in a rolling update; 0 by default. Not both may be 0.</summary>
    public int MaxUnavailable { get; init; }

    public UpdateFailureAction OnFailure { get; init; } = UpdateFailureAction.Stop;
}
