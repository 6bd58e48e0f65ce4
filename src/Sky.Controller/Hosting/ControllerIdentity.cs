using Sky.Core;

namespace Sky.Controller.Hosting;

/// <summary>Who this process is.</summary>
internal sealed record ControllerIdentity
{
    public required SkyHome Home { get; init; }

    public required string Url { get; init; }

    public required string GatewayUrl { get; init; }

    public required string Version { get; init; }

    public required int Pid { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
}
