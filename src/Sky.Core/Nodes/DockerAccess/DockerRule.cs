namespace Sky.Core.Nodes.DockerAccess;

/// <summary>One call of a daemon's API that may be made through an agent.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">Without a version. <c>{id}</c> is one segment: an id or a name; <c>{image}</c> is an image's name, of one segment or more.</param>
/// <param name="Query">The parameters that may be given.</param>
/// <param name="Body">What it carries.</param>
public sealed record DockerRule(string Method, string Path, IReadOnlyList<string> Query, DockerBody Body = DockerBody.None);
