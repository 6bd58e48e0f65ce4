namespace Sky.SystemTests.Clusters;

/// <summary>What came of one request.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Sent">When it was sent.</param>
/// <param name="Took">Until all of its answer was there, or it failed.</param>
/// <param name="Answered">Until the head of an answer was there; null where none came.</param>
/// <param name="Attempt">Which replica in a row answered, from 1; 0 where nobody did.</param>
/// <param name="Began">Whether an answer had begun, so that no gateway may repeat it.</param>
/// <param name="Failure">Null for none.</param>
internal sealed record LoadResult(LoadKind Kind, DateTimeOffset Sent, TimeSpan Took, TimeSpan? Answered, int Attempt, bool Began, string? Failure)
{
    /// <summary>A stream that was cut after its first event: nobody can help that when its machine is gone.</summary>
    public bool IsCutStream => Kind == LoadKind.Stream && Began && Failure is not null;
}
