using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;

namespace Sky.Core.Placement;

/// <summary>
/// What is remembered of places that were not to be had. Each observation counts 1 and loses half of that in every half-life of its kind. Of one
/// kind all counts of a place are summed, to at most <see cref="Most"/>; it is kept away from while the sum is above <see cref="Enough"/>. So one
/// refusal keeps away for one half-life, each doubling of refusals for one more, and the longest is five: refusals in a row back off
/// exponentially, within a bound, and a place that is left alone is tried again. Immutable.
/// </summary>
public sealed record PlaceMemory
{
    /// <summary>The sum above which a place is kept away from.</summary>
    public const double Enough = 0.5;

    /// <summary>The greatest sum that counts.</summary>
    public const double Most = 16;

    /// <summary>Observations kept; the oldest go first.</summary>
    public const int MostObservations = 1000;

    // After so many half-lives even the greatest sum is far below what counts.
    private const double ForgottenAfterHalfLives = 8;

    public static PlaceMemory Empty { get; } = new();

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<PlaceObservation> Observations { get; init; } = [];

    /// <summary>What is remembered of places from purchases of nodes that clouds refused.</summary>
    public static PlaceMemory Of(IReadOnlyList<NodeLaunch> refusals) => refusals.Count == 0
        ? Empty
        : new PlaceMemory { Observations = [.. refusals.Select(PlaceObservation.Of).OrderBy(one => one.At).TakeLast(MostObservations)] };

    /// <summary>How long until an observation counts half.</summary>
    public static TimeSpan HalfLife(PlaceTrouble trouble) => trouble switch
    {
        PlaceTrouble.Preempted => TimeSpan.FromMinutes(5),
        PlaceTrouble.Price => TimeSpan.FromMinutes(5),
        PlaceTrouble.Quota => TimeSpan.FromMinutes(15),
        PlaceTrouble.Invalid => TimeSpan.FromHours(1),
        PlaceTrouble.Unauthorized => TimeSpan.FromMinutes(5),
        _ => TimeSpan.FromMinutes(1),
    };

    /// <summary>The trouble that a cloud's failure is for placement; null for one that says nothing of the place.</summary>
    public static PlaceTrouble? TroubleOf(CloudFailure failure) => failure switch
    {
        CloudFailure.NoCapacity => PlaceTrouble.NoCapacity,
        CloudFailure.Quota => PlaceTrouble.Quota,
        CloudFailure.Invalid => PlaceTrouble.Invalid,
        CloudFailure.Unauthorized => PlaceTrouble.Unauthorized,
        CloudFailure.Throttled or CloudFailure.Unavailable => PlaceTrouble.Unavailable,
        _ => null,
    };

    /// <summary>With one more; what is faded, or too much, is dropped.</summary>
    public PlaceMemory With(PlaceObservation observation) => new()
    {
        Observations = [.. Observations.Where(old => !IsForgotten(old, observation.At)).TakeLast(MostObservations - 1), observation],
    };

    /// <summary>What got a node there: its zone has capacity at that price again.</summary>
    public PlaceMemory Had(ReplicaPlacement place)
    {
        var scopes = new[] { PlaceTrouble.NoCapacity, PlaceTrouble.Price }.Select(trouble => PlaceWeights.Scope(PlaceObservation.Of(place, trouble, default))).ToHashSet();
        return Observations.Any(old => scopes.Contains(PlaceWeights.Scope(old)))
            ? new PlaceMemory { Observations = [.. Observations.Where(old => !scopes.Contains(PlaceWeights.Scope(old)))] }
            : this;
    }

    /// <summary>Until when the place is kept away from; null when it may be tried.</summary>
    public DateTimeOffset? AvoidedUntil(ReplicaPlacement place, DateTimeOffset now) => Avoided(place, now)?.Until;

    /// <summary>The same, with the trouble that keeps away the longest.</summary>
    public (PlaceTrouble Trouble, DateTimeOffset Until)? Avoided(ReplicaPlacement place, DateTimeOffset now) => new PlaceWeights(this, now).AvoidedUntil(place);

    internal static bool IsForgotten(PlaceObservation observation, DateTimeOffset now) =>
        now - observation.At > HalfLife(observation.Trouble) * ForgottenAfterHalfLives;
}
