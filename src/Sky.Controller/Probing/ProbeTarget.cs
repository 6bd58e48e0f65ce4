using Sky.Core.Services;
using Sky.Core.Specs;

namespace Sky.Controller.Probing;

/// <summary>One replica and how it is asked.</summary>
internal sealed record ProbeTarget(ReplicaKey Replica, Uri Endpoint, ReadinessProbeSpec Spec);
