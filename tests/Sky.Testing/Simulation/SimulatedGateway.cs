using Microsoft.Extensions.Logging.Abstractions;
using Sky.Controller.Hosting;
using Sky.Core.Endpoints;
using Sky.Core.Services;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Forwarding;
using Sky.Gateway.Ingress.Keys;
using Sky.Gateway.LoadBalancing;
using Sky.Gateway.Reporting;
using Sky.Gateway.Routing.Models;

namespace Sky.Testing.Simulation;

/// <summary>
/// A gateway made of the real table, counts and reports, which keeps one stream after the other on every replica that it may use.
/// It outlives controllers. Killed, it comes back after a while with what lay on its disk, and knows of no request.
/// </summary>
internal sealed class SimulatedGateway
{
    private static readonly TimeSpan StreamTakes = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Reconnecting = TimeSpan.FromMilliseconds(600);
    private readonly TimeProvider _time;
    private readonly List<(ReplicaLease Lease, DateTimeOffset Until)> _streams = [];
    private IReadOnlyList<ServiceEndpoints> _disk = [];
    private EndpointTable _table;
    private ReportBuilder _reports;
    private ControlPlane? _met;
    private ControlPlane? _known;
    private DateTimeOffset _connectedAt;
    private DateTimeOffset _backAt;
    private long _countedSecond;
    private int _lives;

    public SimulatedGateway(TimeProvider time)
    {
        _time = time;
        (_table, _reports) = Start();
    }

    public bool Alive => _time.GetUtcNow() >= _backAt;

    /// <summary>The replicas that get new requests; none while it is not there.</summary>
    public IReadOnlyList<ReplicaId> Usable => Alive ? [.. (State()?.Snapshot().Usable ?? []).Select(replica => replica.Id).Order()] : [];

    public int InFlight(ReplicaId replica) => Alive ? _streams.Count(stream => stream.Lease.Replica.Id == replica) : 0;

    public void Kill()
    {
        _streams.Clear();
        _backAt = _time.GetUtcNow() + Absence;
        (_table, _reports) = Start();
        _known = null;
    }

    /// <summary>Some time has passed: requests ended and came.</summary>
    /// <param name="rate">Requests a second that arrive.</param>
    /// <param name="answers">Whether a replica still has what it was sent.</param>
    public void Serve(int rate, Func<ReplicaId, bool> answers)
    {
        if (!Alive)
        {
            return;
        }

        var now = _time.GetUtcNow();
        foreach (var ended in _streams.Where(stream => stream.Until <= now || !answers(stream.Lease.Replica.Id)).ToList())
        {
            ended.Lease.Dispose();
            _streams.Remove(ended);
        }

        for (var i = 0; _countedSecond != now.ToUnixTimeSeconds() && i < rate; i++)
        {
            State()?.Arrivals.Count();
        }

        _countedSecond = now.ToUnixTimeSeconds();
        foreach (var replica in State()?.Snapshot().Usable ?? [])
        {
            if (InFlight(replica.Id) == 0 && replica.TryAcquire(Sky.Gateway.LoadBalancing.PickRequest.Unknown) is { } lease)
            {
                _streams.Add((lease, now + StreamTakes));
            }
        }
    }

    /// <summary>Hears what the controller publishes, and reports to it; it takes a moment to find a new one.</summary>
    public async Task TalkAsync(ControlPlane controller)
    {
        if (Alive && !ReferenceEquals(_met, controller))
        {
            (_met, _connectedAt) = (controller, _time.GetUtcNow() + (_met is null ? TimeSpan.Zero : Reconnecting));
        }

        if (!Alive || _time.GetUtcNow() < _connectedAt)
        {
            return;
        }

        await foreach (var present in controller.Publications.Endpoints.WatchAsync(StreamTakes, CancellationToken.None))
        {
            foreach (var change in present)
            {
                _table.Apply(change.Key, change.Value);
            }

            _table.Synced(present.Select(change => change.Key).ToHashSet());
            break;
        }

        _disk = [.. _table.Current.All.Select(state => state.Snapshot().Endpoints).OfType<ServiceEndpoints>()];
        var report = _reports.Build(whole: !ReferenceEquals(_known, controller)) ?? _reports.SignOfLife();
        controller.Gateways.Accept(report);
        _reports.Told(report, _time.GetUtcNow());
        _known = controller;
    }

    private ServiceState? State() => _table.Current.Find(SimulatedWorld.Name.Value);

    private (EndpointTable Table, ReportBuilder Reports) Start()
    {
        var limits = new ForwardingLimits(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(600));
        var table = new EndpointTable(limits, new ReportSignal(), new Sky.Gateway.LoadBalancing.Accounting.RoundTrips(), _time);
        foreach (var service in _disk)
        {
            table.Apply(service.Service, service);
        }

        var limited = new LimitReporter(new KeyTable(new ReportSignal(), _time), table, _time);
        return (table, new ReportBuilder(table, new ModelIndex(table, NullLogger<ModelIndex>.Instance), limited, new HomeName(), $"gateway-{++_lives}", () => null, () => null, _time));
    }
}
