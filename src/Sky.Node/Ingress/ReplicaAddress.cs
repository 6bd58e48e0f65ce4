using System.Net;

namespace Sky.Node.Ingress;

/// <summary>Where a replica's container listens, as seen from its node.</summary>
internal readonly record struct ReplicaAddress(IPAddress Address, int Port);
