using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary>A line of the replicas' table.</summary>
internal sealed record ReplicaRow(string Service, ReplicaView Replica);
