using Sky.Core.Autoscaling;
using Sky.Core.Autoscaling.Metrics;
using Sky.Core.Endpoints;
using Sky.Core.Planning;
using Sky.Core.Services;

namespace Sky.Controller.Scaling;

/// <summary>
/// The latest word of every gateway, added up by service. A gateway that is silent for <see cref="Silence"/> is dropped: what it held and had
/// in flight counts no more, the arrivals it counted do until their minute is over.
/// </summary>
internal sealed class GatewayReports(TimeProvider time)
{
    /// <summary>A gateway says something at least every few seconds; after this long it is taken for gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private const int WindowSeconds = 60;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, GatewayWord> _gateways = [];
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private bool? _httpsServed;

    /// <summary>Takes in a report and tells what is to be done about it.</summary>
    public ReportNews Accept(GatewayReport report)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (!_gateways.TryGetValue(report.Gateway, out var word))
            {
                _gateways[report.Gateway] = word = new GatewayWord();
            }

            word.At = now;
            word.Listens = report.Listens ?? word.Listens;
            word.Trouble = report.Trouble;
            var news = new ReportNews { HttpsTurned = NoteHttps(now) };
            foreach (var service in report.Services)
            {
                var before = word.Replace(service, now.ToUnixTimeSeconds() - WindowSeconds);
                news.Add(before, service);
            }

            foreach (var old in _gateways.Where(pair => now - pair.Value.At > TimeSpan.FromSeconds(WindowSeconds) + Silence).ToList())
            {
                _gateways.Remove(old.Key);
            }

            return news;
        }
    }

    /// <summary>True while a gateway has spoken lately.</summary>
    public bool AnyAlive
    {
        get
        {
            lock (_lock)
            {
                return Alive(time.GetUtcNow()).Any();
            }
        }
    }

    /// <summary>What the live gateways cannot write, in one line; null when there is nothing.</summary>
    public string? Trouble
    {
        get
        {
            lock (_lock)
            {
                var all = Alive(time.GetUtcNow()).Select(word => word.Trouble).OfType<string>().Distinct().ToList();
                return all.Count == 0 ? null : string.Join("; ", all);
            }
        }
    }

    /// <summary>Whether a gateway serves HTTPS, as far as the live ones say; what was last known while none does, and null before any did.</summary>
    public bool? HttpsServed
    {
        get
        {
            lock (_lock)
            {
                return _httpsServed;
            }
        }
    }

    /// <summary>
    /// The load of one service. A replica that drains is drained when every live gateway says it sends it nothing new and has nothing in flight.
    /// With no live gateway, it is when gateways have had <see cref="Silence"/> to speak up and none was last heard to have something in flight
    /// on it: a gateway that is only cut off from here may still be serving those.
    /// </summary>
    public ServiceLoad LoadOf(ServiceAggregate service)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var name = service.Service.Name;
            var alive = Alive(now).Select(word => word.Of(name)).ToList();
            var inFlight = new Dictionary<ReplicaId, int>();
            foreach (var replica in alive.SelectMany(report => report?.Replicas ?? []).Where(replica => replica.InFlight > 0))
            {
                inFlight[replica.Id] = inFlight.GetValueOrDefault(replica.Id) + replica.InFlight;
            }

            var draining = service.Replicas.Where(replica => replica.State == ReplicaState.Draining).Select(replica => replica.Id);
            return new ServiceLoad
            {
                Known = alive.Count > 0,
                Window = Window(name, now),
                Work = WorkHistory.Of([.. _gateways.Values.Where(word => word.Work(name) is not null).Select(word => (word.Work(name)!, now - word.At <= Silence))], now),
                Held = alive.Sum(report => report?.Held ?? 0),
                InFlight = inFlight,
                TakenModels = [.. alive.SelectMany(report => report?.TakenModels ?? []).Distinct().OrderBy(taken => taken.Model, StringComparer.Ordinal)],
                Drained = draining.Where(id => alive.Count > 0 ? alive.TrueForAll(report => IsDrained(report, id)) : MayBeDrained(name, id, now)).ToHashSet(),
            };
        }
    }

    private IEnumerable<GatewayWord> Alive(DateTimeOffset now) => _gateways.Values.Where(word => now - word.At <= Silence);

    /// <summary>True when it is otherwise than it was taken for.</summary>
    private bool NoteHttps(DateTimeOffset now)
    {
        var before = _httpsServed;
        _httpsServed = GatewayUrls.HttpsServed(Alive(now).Select(word => word.Listens)) ?? before;
        return _httpsServed != before;
    }

    private static bool IsDrained(ServiceReport? report, ReplicaId id) =>
        report?.Replicas.FirstOrDefault(replica => replica.Id == id) is { Draining: true, InFlight: 0 };

    private bool MayBeDrained(ServiceName service, ReplicaId id, DateTimeOffset now) =>
        now - _since >= Silence
        && !_gateways.Values.Any(word => word.Of(service)?.Replicas.Any(replica => replica.Id == id && replica.InFlight > 0) == true);

    private List<RequestCount> Window(ServiceName service, DateTimeOffset now)
    {
        var oldest = now.ToUnixTimeSeconds() - WindowSeconds;
        var seconds = new SortedDictionary<long, int>();
        foreach (var (second, count) in _gateways.Values.SelectMany(word => word.Arrivals(service)))
        {
            if (second > oldest)
            {
                seconds[second] = seconds.GetValueOrDefault(second) + count;
            }
        }

        return [.. seconds.Select(pair => new RequestCount(pair.Key, pair.Value))];
    }
}
