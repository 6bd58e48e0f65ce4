using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sky.Controller.Clusters;
using Sky.Controller.Launching;
using Sky.Controller.Nodes;
using Sky.Controller.Probing;
using Sky.Controller.Provisioning;
using Sky.Controller.Reconciling;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clusters;
using Sky.Core.Engines;
using Sky.Core.Nodes;
using Sky.Core.Store;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Hosting;

/// <summary>What a <see cref="ControlPlane"/> is made of: all that touches the world outside.</summary>
internal sealed record ControlPlaneParts
{
    public required ControllerOptions Options { get; init; }

    public required IStore Store { get; init; }

    public required IEngines Engines { get; init; }

    public required IReadOnlyList<ICloud> Clouds { get; init; }

    public IClusterSource Clusters { get; init; } = new NoClusterSource();

    /// <summary>Where purchases of nodes are kept; null: none is bought.</summary>
    public INodeLaunchStore? Launches { get; init; }

    /// <summary>With what bought nodes form clusters; null: they form none.</summary>
    public ClusterChanges? ClusterChanges { get; init; }

    /// <inheritdoc cref="NodeOrders"/>
    public NodeEnrolments? Enrolments { get; init; }

    /// <inheritdoc cref="NodeOrders"/>
    public INodeUserData? UserData { get; init; }

    public required IProber Prober { get; init; }

    public required IPortCheck Ports { get; init; }

    /// <summary>What is known of versions that share requests; null: nothing ever is.</summary>
    public IExperimentStore? Experiments { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Random Random { get; init; } = Random.Shared;

    public ReconcileTiming Timing { get; init; } = new();

    public ILoggerFactory Logs { get; init; } = NullLoggerFactory.Instance;
}
