namespace Sky.Controller.Nodes;

/// <summary>What a node asks for is refused. The message is one sentence for a person, without secrets.</summary>
internal sealed class NodeRefusedException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
