using System.Diagnostics.Metrics;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Metering.Journal;

namespace Sky.Gateway.Telemetry.Metrics;

/// <summary>What is read at the moment somebody asks, and costs nothing in between.</summary>
internal sealed class GatewayGauges
{
    private readonly EndpointTable _table;
    private readonly BoundedNames _services = new(TagSets.MostServices);

    public GatewayGauges(GatewayInstruments instruments, EndpointTable table, SettlementJournal journal, WatchState watch)
    {
        _table = table;
        var meter = instruments.Meter;
        Each(meter, "sky.gateway.requests.in_flight", "{request}", "Requests on replicas.", service => service.Snapshot().Replicas.Sum(replica => replica.InFlight));
        Each(meter, "sky.gateway.requests.held", "{request}", "Requests that wait for a replica.", service => service.Held.Count);
        Each(meter, "sky.gateway.retries.in_flight", "{retry}", "Retries under way that the retry budget counts.", service => service.Retries.Active);
        meter.CreateObservableUpDownCounter("sky.gateway.replicas", Replicas, "{replica}", "Replicas that the gateway knows, by what it does with them.");
        meter.CreateObservableUpDownCounter("sky.gateway.ledger.backlog", () => journal.Untold, "{request}", "Requests of the journal that the controller has not been told of, those in flight included.");
        meter.CreateObservableGauge("sky.gateway.watch.connected", () => watch.Connected ? 1 : 0, "{connection}", "1: the gateway follows a controller. 0: it serves from its last snapshot.");
        meter.CreateObservableGauge("sky.gateway.watch.age", () => watch.Age.TotalSeconds, "s", "Time since the controller last said anything.");
    }

    private void Each(Meter meter, string name, string unit, string description, Func<ServiceState, long> value) =>
        meter.CreateObservableUpDownCounter(name, () => Sums(value), unit, description);

    /// <summary>Services beyond the bound are counted together.</summary>
    private IEnumerable<Measurement<long>> Sums(Func<ServiceState, long> value) =>
        from service in _table.Current.All
        group value(service) by _services.Of(service.Name.Value) into values
        select new Measurement<long>(values.Sum(), new KeyValuePair<string, object?>(TagNames.Service, values.Key));

    private IEnumerable<Measurement<long>> Replicas() =>
        from service in _table.Current.All
        from state in States
        group service.Snapshot().Replicas.LongCount(replica => StateOf(replica) == state) by (Service: _services.Of(service.Name.Value), State: state) into counts
        select new Measurement<long>(
            counts.Sum(), new KeyValuePair<string, object?>(TagNames.Service, counts.Key.Service), new KeyValuePair<string, object?>(TagNames.State, counts.Key.State));

    private static readonly string[] States = ["usable", "suspect", "ejected", "draining"];

    private static string StateOf(ReplicaTracker replica) => replica switch
    {
        { Draining: true } => States[3],
        { Outcomes.Ejected: true } => States[2],
        { Suspect: true } => States[1],
        _ => States[0],
    };
}
