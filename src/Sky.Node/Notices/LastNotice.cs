using Sky.Core.Nodes;

namespace Sky.Node.Notices;

/// <summary>What the cloud last said of this node's end.</summary>
internal sealed class LastNotice
{
    private NodeNotice? _value;

    public NodeNotice? Value
    {
        get => Volatile.Read(ref _value);
        set => Volatile.Write(ref _value, value);
    }
}
