using Sky.Bench.Balancing;
using Sky.Bench.Commands;
using Sky.Bench.Forwarding;
using Sky.Bench.Scale;

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
    case ["scale"]:
        return await ScaleBenchmark.RunAsync(200, 5, stop.Token);
    case ["scale", var services, var replicas]:
        return await ScaleBenchmark.RunAsync(int.Parse(services), int.Parse(replicas), stop.Token);
    case ["pick"]:
        return await PickBenchmark.RunAsync(stop.Token);
    case ["routing", var trace]:
        return await RoutingTable.RunAsync(trace, stop.Token);
    case ["commands"]:
        return await CommandBenchmark.RunAsync(stop.Token);
    case ["backend", var port]:
        await Servers.BackendAsync(int.Parse(port), stop.Token);
        return 0;
    case ["bare", var port, var backend]:
        await Servers.BareAsync(int.Parse(port), backend, stop.Token);
        return 0;
    case ["gateway", var port, var backend]:
        return await Servers.GatewayAsync(int.Parse(port), backend, stop.Token);
    default:
        await Console.Error.WriteLineAsync("usage: Sky.Bench forward [SECONDS-PER-ROUND] | scale [SERVICES REPLICAS] | pick | routing TRACE | commands");
        return 2;
}
