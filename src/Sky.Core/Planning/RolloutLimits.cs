namespace Sky.Core.Planning;

/// <summary>The bounds of one step of a rollout, in live replicas (those that drain or stop are not counted).</summary>
internal sealed record RolloutLimits
{
    /// <summary>Replicas of the leading version.</summary>
    public required int Leading { get; init; }

    /// <summary>Replicas of older versions together; fewer when they are ready beyond <see cref="ReadyFloor"/>.</summary>
    public required int Older { get; init; }

    /// <summary>The version that replicas lost from <see cref="Older"/> are healed with; null: they are not.</summary>
    public required int? Heal { get; init; }

    public required int Total { get; init; }

    /// <summary>Ready replicas of whatever version that we do not go below by our own doing.</summary>
    public required int ReadyFloor { get; init; }
}
