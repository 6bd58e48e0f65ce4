using System.Net;

namespace Sky.Node.Ingress;

/// <summary>Stands for the connections of <see cref="HttpConnections"/>: it is no address.</summary>
internal sealed class AgentEndPoint : EndPoint
{
    public override string ToString() => "agent";
}
