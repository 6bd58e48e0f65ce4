namespace Sky.Controller.Api;

/// <summary>Body of <c>POST /api/v1/services/{name}/rollback</c>. <paramref name="To"/> null: the version before.</summary>
public sealed record RollbackRequest(int? To);
