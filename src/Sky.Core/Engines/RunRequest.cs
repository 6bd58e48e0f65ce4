using Sky.Core.Images;
using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Core.Engines;

/// <summary>All an engine needs to run one replica. The same request is given again after a crash.</summary>
public sealed record RunRequest
{
    public required ReplicaKey Replica { get; init; }

    public required int Version { get; init; }

    public required TaskSpec Task { get; init; }

    /// <summary>How its readiness is asked for, where the engine itself has to know; null: it is ready as soon as it runs.</summary>
    public ReadinessProbeSpec? Probe { get; init; }

    /// <summary>The candidate that was placed: its limits count.</summary>
    public required ResourceCandidate Resources { get; init; }

    /// <summary>The container image to run, pinned where it was resolved (see <see cref="ImageSpec.Pinned"/>); null: an engine of containers takes its base image.</summary>
    public string? Image => ReplicaImage.Of(Task, Resources);

    /// <summary>What it runs in where <see cref="Image"/> is null; null: the engine's own base image, by its name.</summary>
    public string? BaseImage => Task.BaseImage?.Pinned;

    /// <summary>The node it was placed on, by the engine's own id of it; null where the engine has only one.</summary>
    public string? Node { get; init; }

    /// <summary>The port at which the gateway reaches it on this machine. A process listens there itself; a container's port is published there.</summary>
    public required int Port { get; init; }

    /// <summary>The port the replica itself listens on; the same as <see cref="Port"/> for a process.</summary>
    public required int ListenPort { get; init; }

    /// <summary>Path of the version's workdir archive (a tar file); null for none.</summary>
    public string? WorkdirArchive { get; init; }

    /// <summary>Variables beyond the task's own: <c>SKYPILOT_*</c>, <c>SKY_PORT</c>, <c>PORT</c>.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }
}
