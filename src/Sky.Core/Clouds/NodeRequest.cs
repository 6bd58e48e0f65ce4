using Sky.Core.Catalog;

namespace Sky.Core.Clouds;

/// <summary>The exact request of one launch; committed before the call and replayed as it is after a crash.</summary>
public sealed record NodeRequest(NodeId Node, int Attempt, Offering Offering);
