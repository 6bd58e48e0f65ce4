using Sky.Core.Nodes;

namespace Sky.Node.Enrolment;

/// <summary>What the enrolment said of joining; null when this start did not enrol.</summary>
internal sealed record FirstJoin(JoinAnswer? Answer);
