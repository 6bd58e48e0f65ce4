namespace Sky.Core.Autoscaling.Spot;

/// <summary>
/// Decides how many spot replicas a service holds in which zone, and how many on-demand ones beside them. Pure: all it knows is in the snapshot,
/// all it remembers in the state, and chance is an input; so it may be asked at any time, and a restart changes nothing.
/// </summary>
public interface ISpotPolicy
{
    /// <summary>As users write it, such as <c>spot_hedge</c>.</summary>
    string Name { get; }

    /// <summary>What to hold from now on. Asking again with the state of the answer and no new events changes nothing that time does not change.</summary>
    /// <param name="snapshot">What there is, and what happened since the last decision.</param>
    /// <param name="random">Breaks ties between zones that are equally good.</param>
    SpotDecision Decide(SpotSnapshot snapshot, Random random);
}
