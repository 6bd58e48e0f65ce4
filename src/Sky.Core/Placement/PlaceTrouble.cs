namespace Sky.Core.Placement;

/// <summary>Why a place was not to be had, named by what is to be kept away from.</summary>
public enum PlaceTrouble
{
    /// <summary>The zone has none of the type left.</summary>
    NoCapacity,

    /// <summary>The price asked is above what may be paid, as of spot whose price went up.</summary>
    Price,

    /// <summary>A spot node was taken away there.</summary>
    Preempted,

    /// <summary>The account may have no more of the kind in the region.</summary>
    Quota,

    /// <summary>The region does not take such a request for the type.</summary>
    Invalid,

    /// <summary>The cloud does not let us.</summary>
    Unauthorized,

    /// <summary>The region's interface does not answer, or wants fewer calls.</summary>
    Unavailable,
}
