using Sky.Core.Services;

namespace Sky.Providers.Engines.Process;

/// <summary>How a replica ended; the content of <c>exit.json</c>.</summary>
internal sealed record ExitRecord
{
    public DateTimeOffset? LaunchedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null when nothing of it ever ran.</summary>
    public ReplicaExit? Exit { get; init; }

    public string? ProvisionError { get; init; }

    public string? Notice { get; init; }
}
