namespace Sky.Controller.Api;

/// <summary>Body of <c>POST /api/v1/services/{name}/scale</c>. <paramref name="Replicas"/> null: back to <c>auto</c>.</summary>
public sealed record ScaleRequest(int? Replicas);
