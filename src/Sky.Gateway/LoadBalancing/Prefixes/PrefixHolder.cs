using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing.Prefixes;

/// <summary>A replica and how many blocks of a prompt, from its start, it is expected to have.</summary>
internal readonly record struct PrefixHolder(ReplicaTracker Replica, int Blocks);
