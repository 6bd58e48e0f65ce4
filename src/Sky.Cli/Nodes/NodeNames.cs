using Sky.Core.Nodes;

namespace Sky.Cli.Nodes;

/// <summary>Nodes as people write them: <c>CLUSTER/NODE</c>.</summary>
internal static class NodeNames
{
    /// <summary>Throws <see cref="CliException"/> (the input is wrong).</summary>
    public static NodeKey Parse(string text, string what) => text.Split('/') switch
    {
        [var cluster, var node] when ClusterName.IsValid(cluster) && NodeName.IsValid(node) => new NodeKey(new ClusterName(cluster), new NodeName(node)),
        [_, _] => throw CliException.InputWrong($"{what}: {ClusterName.Rule} {NodeName.Rule} Found: '{text}'"),
        _ => throw CliException.InputWrong($"{what} must be CLUSTER/NODE, such as main/gpu-1. Found: '{text}'"),
    };
}
