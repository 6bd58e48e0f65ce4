namespace Sky.Controller.Api;

/// <summary>Body of <c>PUT /clusters/{name}</c>.</summary>
/// <param name="Encrypted">Whether what replicas say to each other is encrypted between nodes.</param>
public sealed record CreateClusterRequest(bool Encrypted);
