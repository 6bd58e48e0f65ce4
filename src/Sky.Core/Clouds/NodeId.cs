namespace Sky.Core.Clouds;

/// <summary>Our id of a node, given before the cloud is called.</summary>
public readonly record struct NodeId(string Value)
{
    public override string ToString() => Value;
}
