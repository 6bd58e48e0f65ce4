using System.Globalization;
using Docker.DotNet.Models;

namespace Sky.Providers.Engines.Docker;

/// <summary>What of a daemon's description of a container counts.</summary>
internal sealed record SeenContainer
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</summary>
    public required string Status { get; init; }

    public IDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>True also where it is paused.</summary>
    public bool Running { get; init; }

    public bool Paused { get; init; }

    public bool OutOfMemory { get; init; }

    public int ExitCode { get; init; }

    /// <summary>Why it could not be started; empty for nothing.</summary>
    public string Error { get; init; } = "";

    /// <summary>Null when it never was.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What its failing health check printed last; null where it does not fail.</summary>
    public string? Unhealthy { get; init; }

    /// <summary>Who runs in it; empty for root.</summary>
    public string User { get; init; } = "";

    /// <summary>The signal it wants to be ended with.</summary>
    public string StopSignal { get; init; } = "SIGTERM";

    /// <summary>The port of the machine that leads to it; 0 for none.</summary>
    public int Port { get; init; }

    /// <summary>Docker's ids of the GPUs it has.</summary>
    public IReadOnlyList<string> Gpus { get; init; } = [];

    public static SeenContainer From(ContainerInspectResponse seen)
    {
        var (state, config) = (seen.State ?? new State(), seen.Config ?? new ContainerConfig());
        return new SeenContainer
        {
            Id = seen.ID,
            Name = seen.Name.TrimStart('/'),
            Status = state.Status ?? "",
            Labels = config.Labels ?? new Dictionary<string, string>(),
            Running = state.Running,
            Paused = state.Paused,
            OutOfMemory = state.OOMKilled,
            ExitCode = (int)state.ExitCode,
            Error = state.Error ?? "",
            StartedAt = Time(state.StartedAt),
            FinishedAt = Time(state.FinishedAt),
            Unhealthy = state.Health is { Status: "unhealthy" } health ? health.Log?.LastOrDefault()?.Output?.Trim() ?? "" : null,
            User = config.User ?? "",
            StopSignal = config.StopSignal is { Length: > 0 } signal ? signal : "SIGTERM",
            Port = int.TryParse(Published(seen.HostConfig), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0,
            Gpus = [.. (seen.HostConfig?.DeviceRequests ?? []).SelectMany(device => device.DeviceIDs ?? [])],
        };
    }

    private static string? Published(HostConfig? host) =>
        host?.PortBindings?.Values.SelectMany(bindings => bindings ?? []).FirstOrDefault()?.HostPort;

    /// <summary>Null for Docker's year one.</summary>
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1
            ? time
            : null;
}
