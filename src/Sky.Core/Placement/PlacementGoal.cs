namespace Sky.Core.Placement;

/// <summary>What makes one of the places that fit better than another.</summary>
public enum PlacementGoal
{
    /// <summary>The lower price.</summary>
    Cost,

    /// <summary>Nearer to a named region; of about equally near ones the lower price.</summary>
    Latency,

    /// <summary>Not taken away (on demand before spot), and more zones to turn to in its region; then the lower price.</summary>
    Availability,
}
