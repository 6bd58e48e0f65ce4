using System.Text.Json;

namespace Sky.Core.Specs;

/// <summary>
/// What the user wrote, checked and complete: defaults filled in, variables substituted, aliases resolved.
/// Immutable; one version of a service holds one. Durations are seconds.
/// </summary>
public sealed record ServiceSpec
{
    /// <summary>The file's top-level <c>name:</c>, if any.</summary>
    public string? Name { get; init; }

    /// <summary>The <c>service:</c> section. Changing only this keeps replicas running.</summary>
    public required ServingSpec Serving { get; init; }

    /// <summary>What runs. Changing this replaces replicas.</summary>
    public required TaskSpec Task { get; init; }

    /// <summary>What it may run on.</summary>
    public required ResourcesSpec Resources { get; init; }

    /// <summary>What images must be free of; null: nothing is asked. Changing only this keeps replicas running.</summary>
    public ScanSpec? Scan { get; init; }

    /// <summary>
    /// Fields that were accepted and that this build does not act on, by path (such as <c>resources.autostop</c>), as written.
    /// Kept so that a later build can.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement> Kept { get; init; } = new Dictionary<string, JsonElement>();
}
