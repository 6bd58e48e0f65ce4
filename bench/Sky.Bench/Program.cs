using Sky.Bench.Balancing;
using Sky.Bench.Cancelling;
using Sky.Bench.Commands;
using Sky.Bench.Forwarding;
using Sky.Bench.Gateway;
using Sky.Bench.Placement;
using Sky.Bench.Scale;
using Sky.Bench.Telemetry;
using Sky.Gateway.Endpoints;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
switch (args)
{
    case ["forward", ..]:
        return await ForwardBenchmark.RunAsync(args is [_, var seconds] ? int.Parse(seconds) : 5, stop.Token);
    case ["gateway"] or ["gateway", _]:
        return await GatewayBenchmark.RunAsync(args is [_, var round] ? int.Parse(round) : 5, stop.Token);
    case ["profile", ..]:
        return await Profile.RunAsync(args is [_, var sampled] ? int.Parse(sampled) : 10, stop.Token);
    case ["idle", ..]:
        return await IdleStreams.RunAsync(args is [_, var streams] ? int.Parse(streams) : 5000, stop.Token);
    case ["soak", ..]:
        return await Soak.RunAsync(args is [_, var requests] ? int.Parse(requests) : 1_000_000, stop.Token);
    case ["scale"]:
        return await ScaleBenchmark.RunAsync(200, 5, stop.Token);
    case ["scale", var services, var replicas]:
        return await ScaleBenchmark.RunAsync(int.Parse(services), int.Parse(replicas), stop.Token);
    case ["pick"]:
        return await PickBenchmark.RunAsync(stop.Token);
    case ["placement"]:
        return await PlacementBenchmark.RunAsync(stop.Token);
    case ["telemetry"]:
        return await TelemetryBenchmark.RunAsync(stop.Token);
    case ["routing", var trace]:
        return await RoutingTable.RunAsync(trace, stop.Token);
    case ["cancel"]:
        return await CancelBenchmark.RunAsync(stop.Token);
    case ["commands"]:
        return await CommandBenchmark.RunAsync(stop.Token);
    case ["backend", var port]:
        await Servers.BackendAsync(int.Parse(port), stop.Token);
        return 0;
    case ["bare", var port, var backend]:
        await Servers.BareAsync(int.Parse(port), backend, stop.Token);
        return 0;
    case ["gateway", var port, var backend, var controller]:
        return await Servers.GatewayAsync(int.Parse(port), backend, controller, service => new EndpointsDocument([service], []), stop.Token);
    case ["full-gateway", var port, var backend, var controller]:
        return await Servers.GatewayAsync(int.Parse(port), backend, controller, FullGateway.Document, stop.Token);
    default:
        await Console.Error.WriteLineAsync("usage: Sky.Bench forward [SECONDS-PER-ROUND] | gateway [SECONDS-PER-ROUND] | profile [SECONDS] | idle [STREAMS] | soak [REQUESTS] | scale [SERVICES REPLICAS] | pick | placement | telemetry | cancel | routing TRACE | commands");
        return 2;
}
