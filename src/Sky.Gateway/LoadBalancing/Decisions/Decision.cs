using Sky.Core.Specs;

namespace Sky.Gateway.LoadBalancing.Decisions;

/// <summary>One choice of a replica, with what it was made by. It holds nothing of the request's text and no secret.</summary>
public sealed record Decision
{
    /// <summary>Candidates that are kept, those that come nearest to being picked first.</summary>
    public const int MostCandidates = 16;

    public required DateTimeOffset At { get; init; }

    /// <summary>The request's <c>x-request-id</c>.</summary>
    public required string Request { get; init; }

    /// <summary>1 for the first replica of a request, 2 for the one after it failed.</summary>
    public required int Attempt { get; init; }

    public required string Service { get; init; }

    public required string Policy { get; init; }

    /// <summary>The replica that it went to.</summary>
    public required int Picked { get; init; }

    /// <summary>Tokens of the prompt, counted or estimated; 0 when not known.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Of the policy <c>auto</c>; null for others.</summary>
    public AutoWeights? Weights { get; init; }

    /// <summary>How many replicas could have been picked.</summary>
    public required int Usable { get; init; }

    public required IReadOnlyList<DecisionCandidate> Candidates { get; init; }

    /// <summary>
    /// The replica that <c>auto</c> would pick of the candidates with other weights; null where that cannot be said. Of equals the one
    /// that was picked.
    /// </summary>
    public int? Replay(AutoWeights weights)
    {
        if (Weights is null || Candidates.Count == 0 || Candidates.Any(c => c.Terms is null))
        {
            return null;
        }

        return Candidates.OrderBy(c => c.Terms!.Total(weights)).ThenBy(c => c.Replica == Picked ? 0 : 1).First().Replica;
    }
}
