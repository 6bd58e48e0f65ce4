namespace Sky.Controller.Api;

/// <summary>Body of <c>POST /api/v1/keys/{key}/rotate</c>. <paramref name="GraceSeconds"/>: how long the secret before still opens.</summary>
public sealed record RotateKeyRequest(double GraceSeconds);
