namespace Sky.Core.Nodes.DockerAccess;

/// <summary>Something at a daemon that a call names.</summary>
/// <param name="Kind">As paths have it: <c>containers</c>, <c>services</c>, …</param>
/// <param name="Name">An id, the beginning of one, or a name.</param>
public sealed record DockerSubject(string Kind, string Name);
