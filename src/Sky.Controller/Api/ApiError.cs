using Sky.Core.Specs;

namespace Sky.Controller.Api;

/// <summary>Body of every answer of 400 and above.</summary>
public sealed record ApiError
{
    /// <summary>A word for programs: <c>invalid</c>, <c>not_found</c>, <c>exists</c>, <c>conflict</c>, <c>unauthorized</c>, <c>no_placement</c>, <c>unavailable</c>, <c>failed_state</c>, <c>image</c>, <c>scan_refused</c>.</summary>
    public required string Code { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Message { get; init; }

    public IReadOnlyList<SpecProblem> Problems { get; init; } = [];
}
