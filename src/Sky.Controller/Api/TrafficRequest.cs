using Sky.Core.Traffic;

namespace Sky.Controller.Api;

/// <summary>Body of <c>POST /api/v1/services/{name}/traffic</c>. What is null stays as it is.</summary>
public sealed record TrafficRequest
{
    /// <summary>Each version once, together 100. All for one version, and no mirror named beside: the division ends.</summary>
    public IReadOnlyList<VersionWeight>? Weights { get; init; }

    /// <summary><c>header:NAME</c>, <c>key</c> or <c>none</c>.</summary>
    public string? Sticky { get; init; }

    public MirrorTarget? Mirror { get; init; }

    /// <summary>True: nothing is mirrored any more.</summary>
    public bool NoMirror { get; init; }

    /// <summary>True: the division ends, and the target version has all requests. Nothing else may be said then.</summary>
    public bool Clear { get; init; }
}
