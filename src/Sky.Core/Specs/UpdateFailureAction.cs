namespace Sky.Core.Specs;

/// <summary>What happens when a new version never becomes ready. In both cases the old one serves on.</summary>
public enum UpdateFailureAction
{
    /// <summary>The rollout stops and waits for a person.</summary>
    Stop,

    /// <summary>The service goes back to the version before.</summary>
    Rollback,
}
