namespace Sky.Controller.Api;

/// <summary>Answer of <c>PUT /api/v1/services/{name}</c>, of rollback and of scale.</summary>
public sealed record PutServiceResponse
{
    public required string Service { get; init; }

    /// <summary>The version that is meant to serve now.</summary>
    public required int Version { get; init; }

    /// <summary>True when the service was not there before.</summary>
    public bool Created { get; init; }

    /// <summary>True when the request changed nothing (the same spec again).</summary>
    public bool Unchanged { get; init; }

    /// <summary>Things worth telling the user, one sentence each (such as: an update of a fixed port stops the old replica first).</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}
