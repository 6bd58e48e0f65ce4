using Sky.Core.Nodes;

namespace Sky.Node.Ingress;

/// <summary>Who is at the other end of a connection: a feature of it.</summary>
internal sealed record Peer(CertificateRole Role);
