using Sky.Core.Endpoints;
using Sky.Core.Services;

namespace Sky.Gateway.Reporting.Arms;

/// <summary>
/// The arms that this gateway counts: those of the present division of each service, and of earlier ones until the controller has them. Bounded by what the controller
/// divides.
/// </summary>
internal sealed class ArmBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ArmKey, ArmCounter> _arms = [];
    private readonly Dictionary<ServiceName, int> _newest = [];

    /// <summary>
    /// The counter of an arm; null for one of a division that is not in force yet, or that is over and has been told: what ends now is late, and is not counted.
    /// </summary>
    public ArmCounter? Find(ArmKey key)
    {
        lock (_lock)
        {
            if (_arms.TryGetValue(key, out var known))
            {
                return known;
            }

            if (key.Generation == ServiceTraffic.NotCounted || key.Generation < _newest.GetValueOrDefault(key.Service))
            {
                return null;
            }

            _newest[key.Service] = key.Generation;
            return _arms[key] = new ArmCounter();
        }
    }

    /// <summary>Those with something that the controller does not have.</summary>
    public IReadOnlyList<(ArmKey Key, ArmCounter Counter)> Untold()
    {
        lock (_lock)
        {
            return [.. _arms.Where(arm => arm.Value.Told != arm.Value.Changes).Select(arm => (arm.Key, arm.Value))];
        }
    }

    /// <summary>Drops what is told of divisions that are over.</summary>
    public void Prune()
    {
        lock (_lock)
        {
            foreach (var (key, counter) in _arms.ToArray())
            {
                // One before the present may still have requests that began under it.
                if (key.Generation < _newest.GetValueOrDefault(key.Service) - 1 && counter.Told == counter.Changes)
                {
                    _arms.Remove(key);
                }
            }
        }
    }
}
