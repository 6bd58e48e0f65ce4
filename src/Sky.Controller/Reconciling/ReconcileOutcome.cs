namespace Sky.Controller.Reconciling;

/// <summary>What one pass over one service says about the next one.</summary>
/// <param name="Again">Something was written or done: look again at once.</param>
/// <param name="LookAgainAt">Look again then though nothing happened; null for no such time.</param>
internal readonly record struct ReconcileOutcome(bool Again, DateTimeOffset? LookAgainAt);
