namespace Sky.Controller.Api;

/// <summary>Answer of <c>GET /api/v1/services/{name}/traffic</c>.</summary>
public sealed record TrafficView
{
    public required string Service { get; init; }

    /// <summary>False: all requests are for the version or versions in force, as without any division.</summary>
    public required bool Divided { get; init; }

    public required int TargetVersion { get; init; }

    /// <summary>Counts the divisions of the service; null: it is not divided.</summary>
    public int? Generation { get; init; }

    public DateTimeOffset? Since { get; init; }

    /// <summary><c>header:NAME</c>, <c>key</c> or <c>none</c>.</summary>
    public required string Sticky { get; init; }

    /// <summary>Null: none is under way.</summary>
    public CanaryView? Canary { get; init; }

    /// <summary>By version, ascending.</summary>
    public required IReadOnlyList<TrafficArmView> Arms { get; init; }
}
