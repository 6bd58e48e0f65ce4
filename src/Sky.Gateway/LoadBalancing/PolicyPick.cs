using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing;

/// <summary>The replica that a policy chose.</summary>
/// <param name="Replica">The one.</param>
/// <param name="CachedTokens">Tokens of the prompt that it is expected to have in its prefix cache; 0 where the policy does not look.</param>
internal readonly record struct PolicyPick(ReplicaTracker Replica, int CachedTokens = 0);
