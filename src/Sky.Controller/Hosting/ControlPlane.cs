using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Sky.Controller.Endpoints;
using Sky.Controller.Launching;
using Sky.Controller.Probing;
using Sky.Controller.Provisioning;
using Sky.Controller.Reconciling;
using Sky.Controller.Scaling;
using Sky.Controller.Scaling.Metrics;
using Sky.Core;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Endpoints;
using Sky.Core.Engines;
using Sky.Core.Store;

namespace Sky.Controller.Hosting;

/// <summary>
/// All parts of a controller but its HTTP side, put together and not yet moving: a host starts <see cref="Loop"/>, <see cref="ProbeLoop"/>
/// and <see cref="EngineWatch"/>; tests may take single steps with <see cref="Reconciler"/>.
/// </summary>
internal sealed class ControlPlane : IDisposable
{
    public ControlPlane(ControlPlaneParts parts)
    {
        var (time, logs) = (parts.Time, parts.Logs);
        Store = parts.Store;
        Queue = new WorkQueue(time);
        Probes = new ProbeSchedule(time);
        Gateways = new GatewayReports(time);
        Placements = new Placements(parts.Clouds, time);
        Ports = new ReplicaPorts(parts.Options.ReplicaPorts, parts.Ports, time, OffsetOf(parts.Options.Home));
        Observer = new EngineObserver(parts.Engines, time, logs.CreateLogger<EngineObserver>());
        Publications = new Publications(
            new GatewayUrls(parts.Options.GatewayUrl, parts.Options.GatewayTlsUrl ?? parts.Options.GatewayUrl), () => Gateways.HttpsServed, time, () => Observer.Silent);
        Effects = new Effects(parts.Engines, new RunRequests(parts.Options.Home), time, logs.CreateLogger<Effects>());
        Nodes = new NodeBook(time, parts.Launches);
        NodeLauncher = parts.Launches is { } launches ? Launcher(parts, launches) : null;
        Reconciler = new Reconciler(
            Store, parts.Experiments, Observer, Effects, Probes, Gateways, Placements, Ports, parts.Clusters, Nodes, Metrics, Publications, parts.Timing, time, logs.CreateLogger<Reconciler>());
        Loop = new ReconcileLoop(
            Reconciler, Queue, Store, Probes, Ports, Gateways, Publications, parts.Timing, time, parts.Random, logs.CreateLogger<ReconcileLoop>());
        ProbeLoop = new ProbeLoop(Probes, parts.Prober, time);
        Orphans = new Orphans(parts.Engines, Observer, Store, time, logs.CreateLogger<Orphans>());
        EngineWatch = new EngineWatch(Observer, Queue, Orphans, time);
    }

    public IStore Store { get; }

    public WorkQueue Queue { get; }

    public ProbeSchedule Probes { get; }

    public GatewayReports Gateways { get; }

    public Publications Publications { get; }

    public Placements Placements { get; }

    public ReplicaPorts Ports { get; }

    public Reconciler Reconciler { get; }

    public ReconcileLoop Loop { get; }

    public ProbeLoop ProbeLoop { get; }

    public EngineWatch EngineWatch { get; }

    public Orphans Orphans { get; }

    /// <summary>What is known of metrics.</summary>
    public MetricBook Metrics { get; } = new();

    /// <summary>What is known of bought nodes.</summary>
    public NodeBook Nodes { get; }

    /// <summary>Buys nodes; null where none is bought.</summary>
    public NodeLauncher? NodeLauncher { get; }

    private EngineObserver Observer { get; }

    private Effects Effects { get; }

    public void Dispose()
    {
        Loop.Dispose();
        ProbeLoop.Dispose();
        EngineWatch.Dispose();
        NodeLauncher?.Dispose();
        Observer.Dispose();
        Effects.Dispose();
        Placements.Dispose();
    }

    private NodeLauncher Launcher(ControlPlaneParts parts, INodeLaunchStore launches)
    {
        var (time, logs) = (parts.Time, parts.Logs);
        var calls = new CloudCalls(parts.Clouds, time, logs.CreateLogger<CloudCalls>());
        var orders = new NodeOrders(launches, parts.Enrolments, parts.UserData, time, logs.CreateLogger<NodeOrders>());
        var clusters = parts.ClusterChanges is { } changes ? new RegionClusters(changes, calls, orders, Nodes, time, logs.CreateLogger<RegionClusters>()) : null;
        return new NodeLauncher(launches, Store, calls, orders, clusters, Nodes, Queue, time, logs.CreateLogger<NodeLauncher>());
    }

    private static int OffsetOf(SkyHome home) => BinaryPrimitives.ReadUInt16LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(home.Root)));
}
