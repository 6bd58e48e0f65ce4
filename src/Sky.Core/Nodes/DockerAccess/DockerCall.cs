namespace Sky.Core.Nodes.DockerAccess;

/// <summary>A call that may be made.</summary>
/// <param name="Rule">The rule that lets it through.</param>
/// <param name="Target">Path, with its version where one was given, and query, as they go to the daemon.</param>
public sealed record DockerCall(DockerRule Rule, string Target);
