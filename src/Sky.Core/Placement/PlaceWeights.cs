namespace Sky.Core.Placement;

/// <summary>A memory of places as it counts at one moment, made for many questions.</summary>
internal sealed class PlaceWeights
{
    // At the very moment that a place is free again its sum may be above by what arithmetic loses.
    private const double Rounding = 1e-6;

    private readonly Dictionary<PlaceScope, double> _sums = [];
    private readonly List<PlaceTrouble> _troubles = [];
    private readonly DateTimeOffset _now;

    public PlaceWeights(PlaceMemory memory, DateTimeOffset now)
    {
        _now = now;
        foreach (var observation in memory.Observations.Where(one => !PlaceMemory.IsForgotten(one, now)))
        {
            var age = observation.At < now ? now - observation.At : TimeSpan.Zero;
            var scope = Scope(observation);
            _sums[scope] = _sums.GetValueOrDefault(scope) + Math.Pow(2, -(age / PlaceMemory.HalfLife(observation.Trouble)));
            if (!_troubles.Contains(observation.Trouble))
            {
                _troubles.Add(observation.Trouble);
            }
        }
    }

    public static PlaceScope Scope(PlaceObservation one) => PlaceScope.Of(one.Trouble, one.Cloud, one.Region, one.Zone, one.InstanceType, one.Accelerator, one.UseSpot);

    /// <summary>The trouble that keeps away from the place the longest, and until when; null when it may be tried.</summary>
    public (PlaceTrouble Trouble, DateTimeOffset Until)? AvoidedUntil(ReplicaPlacement place)
    {
        (PlaceTrouble Trouble, DateTimeOffset Until)? longest = null;
        foreach (var trouble in _troubles)
        {
            var scope = PlaceScope.Of(trouble, place.Cloud, place.Region, place.Zone, place.InstanceType ?? place.Node, place.Accelerators?.Split(':')[0], place.UseSpot);
            if (_sums.TryGetValue(scope, out var sum) && sum > PlaceMemory.Enough + Rounding)
            {
                // The sum halves with each half-life, as all of its counts do.
                var until = _now + PlaceMemory.HalfLife(trouble) * Math.Log2(Math.Min(sum, PlaceMemory.Most) / PlaceMemory.Enough);
                longest = longest is { } known && known.Until >= until ? longest : (trouble, until);
            }
        }

        return longest;
    }
}
