using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary>What a verb makes of a service as it is stored: a change to write, an answer, or a refusal.</summary>
internal sealed record Decision
{
    /// <summary>Null: nothing to write.</summary>
    public ServiceCommit? Commit { get; init; }

    public PutServiceResponse? Answer { get; init; }

    /// <summary>Set: the request is refused and nothing is written.</summary>
    public Problem? Problem { get; init; }

    public static implicit operator Decision(Problem problem) => new() { Problem = problem };
}
