using Sky.Core.Planning;
using Sky.Core.Services;

namespace Sky.Controller.Provisioning;

/// <summary>
/// Ports for replicas on this node. Ports in rows of any service are avoided, and so are those offered to another service
/// a moment ago, whose rows may not be written yet. It goes round the range, so that a port just given up is not reused at once.
/// </summary>
/// <param name="range">The first and the last port there is.</param>
/// <param name="check">Whether nothing listens on a port.</param>
/// <param name="time">The clock.</param>
/// <param name="offset">Where in the range to begin. Controllers of one machine that begin apart seldom want the same port.</param>
internal sealed class ReplicaPorts((int First, int Last) range, IPortCheck check, TimeProvider time, int offset = 0)
{
    private static readonly TimeSpan Reserved = TimeSpan.FromSeconds(30);
    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceName, int[]> _rows = [];
    private readonly Dictionary<int, (ServiceName Service, DateTimeOffset Until)> _offered = [];
    private int _start = range.First + (offset % (range.Last - range.First + 1));

    /// <summary>Remembers the ports of this service's rows.</summary>
    public void Note(ServiceAggregate service)
    {
        var ports = service.Replicas.Where(replica => replica.Port is not null).Select(replica => replica.Port!.Value).ToArray();
        lock (_lock)
        {
            _rows[service.Service.Name] = ports;
        }
    }

    /// <summary>A source for one snapshot of this service.</summary>
    public IPortSource For(ServiceName service)
    {
        lock (_lock)
        {
            return new Source(this, service, _start);
        }
    }

    private int? Next(ServiceName service, int start, IReadOnlySet<int> taken, Dictionary<int, bool> seen)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var others = _rows.Where(row => row.Key != service).SelectMany(row => row.Value).ToHashSet();
            var size = range.Last - range.First + 1;
            for (var step = 0; step < size; step++)
            {
                var port = range.First + ((start - range.First + step) % size);
                if (taken.Contains(port) || others.Contains(port) || OfferedToOther(port, service, now) || !IsFree(port, seen))
                {
                    continue;
                }

                _offered[port] = (service, now + Reserved);
                _start = port == range.Last ? range.First : port + 1;
                return port;
            }

            return null;
        }
    }

    private bool OfferedToOther(int port, ServiceName service, DateTimeOffset now) =>
        _offered.TryGetValue(port, out var offer) && offer.Service != service && offer.Until > now;

    private bool IsFree(int port, Dictionary<int, bool> seen)
    {
        if (!seen.TryGetValue(port, out var free))
        {
            seen[port] = free = check.IsFree(port);
        }

        return free;
    }

    private sealed class Source(ReplicaPorts owner, ServiceName service, int start) : IPortSource
    {
        private readonly Dictionary<int, bool> _seen = [];

        public int? Next(IReadOnlySet<int> taken) => owner.Next(service, start, taken, _seen);
    }
}
