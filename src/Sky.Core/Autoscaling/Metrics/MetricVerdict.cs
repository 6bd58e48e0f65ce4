using Sky.Core.Specs;

namespace Sky.Core.Autoscaling.Metrics;

/// <summary>What one metric asks for.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Value">As it was read or counted, in all or of each replica as its target is; null: it is not known.</param>
/// <param name="Wanted">Replicas, before minimum and maximum; null: it is not known.</param>
/// <param name="Sure">It was read at the last try: only then it may say that fewer are enough.</param>
/// <param name="Trouble">Why it is not known; null: it is, or only not yet.</param>
public sealed record MetricVerdict(MetricSpec Metric, double? Value, int? Wanted, bool Sure, string? Trouble);
