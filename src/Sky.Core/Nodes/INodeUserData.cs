namespace Sky.Core.Nodes;

/// <summary>Writes what a bought machine runs first, to become a node.</summary>
public interface INodeUserData
{
    /// <summary>Holds one secret, the token.</summary>
    /// <param name="node">What it is to be.</param>
    /// <param name="cloud">Who makes it.</param>
    /// <param name="token">Lets it in, once.</param>
    string Of(NodeKey node, string cloud, EnrolmentToken token);
}
