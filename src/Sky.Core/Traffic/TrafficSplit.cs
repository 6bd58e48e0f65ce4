using System.Text.Json.Serialization;

namespace Sky.Core.Traffic;

/// <summary>How the requests of a service are divided among versions that all stay up. Immutable; stored with the service.</summary>
public sealed record TrafficSplit
{
    /// <summary>
    /// Counts the divisions that the service has had, from 1: what arms are measured by belongs to one of them. One that does not <see cref="Compares">compare</see>
    /// has the number of the last that did, which can be read on.
    /// </summary>
    public required int Generation { get; init; }

    /// <summary>When it came into force; until then, when it was asked for.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What is asked for: each version once, ascending, together 100.</summary>
    public required IReadOnlyList<VersionWeight> Weights { get; init; }

    /// <summary>
    /// What gateways go by. It becomes <see cref="Weights"/> at once when all of them have the replicas for their share, and until then those that
    /// served go on. Empty: whoever is ready.
    /// </summary>
    public IReadOnlyList<VersionWeight> InForce { get; init; } = [];

    public StickyRule Sticky { get; init; } = StickyRule.None;

    /// <summary>Null: nothing is mirrored.</summary>
    public MirrorTarget? Mirror { get; init; }

    /// <summary>Several versions get requests, or copies of them. Else one is on its way to have all, and there is nothing to count.</summary>
    [JsonIgnore]
    public bool Compares => Weights.Count > 1 || Mirror is not null;

    /// <summary>Such as <c>1=90 2=10</c>.</summary>
    [JsonIgnore]
    public string Text => TextOf(Weights);

    /// <summary>It has replicas of its own for this division.</summary>
    public bool Keeps(int version) => Mirror?.Version == version || Weights.Any(arm => arm.Version == version) || InForce.Any(arm => arm.Version == version);

    /// <summary>Gateways may send it requests, or copies of them.</summary>
    public bool Serves(int version) =>
        Mirror?.Version == version || InForce.Count == 0 || InForce.Any(arm => arm.Version == version);

    public static string TextOf(IEnumerable<VersionWeight> weights) => string.Join(' ', weights.Select(arm => $"{arm.Version}={arm.Percent}"));
}
