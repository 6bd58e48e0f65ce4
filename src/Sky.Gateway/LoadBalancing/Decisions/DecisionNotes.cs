using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Gateway.Endpoints;

namespace Sky.Gateway.LoadBalancing.Decisions;

/// <summary>Writes down how the replicas of one request were chosen. Belongs to the request.</summary>
/// <param name="log">Where decisions are kept.</param>
/// <param name="request">The request's id.</param>
/// <param name="asked">An operator asked for it, and is told with the answer.</param>
internal sealed class DecisionNotes(DecisionLog log, string request, bool asked)
{
    private static readonly AutoWeights Unweighted = new() { Queue = 1, Prefill = 1, Network = 1, Delay = 1, Balance = 1, Price = 1 };
    private int _attempts;

    public bool Asked => asked;

    /// <summary>How the replica of the present attempt was chosen.</summary>
    public Decision? Last { get; private set; }

    /// <summary>A replica has been picked, and nothing has been sent to it yet.</summary>
    /// <param name="service">The service of the replicas.</param>
    /// <param name="policy">By what they are picked.</param>
    /// <param name="usable">Of which one was picked.</param>
    /// <param name="what">What the policy knows of the request.</param>
    /// <param name="pick">The one.</param>
    /// <param name="slowStart">For how long a replica that comes gets less.</param>
    public void Note(ServiceName service, ILoadBalancingPolicy policy, ReplicaTracker[] usable, PickRequest what, PolicyPick pick, TimeSpan slowStart)
    {
        var auto = policy as AutoPolicy;
        var candidates = auto is null
            ? usable.Select(r => Candidate(r, slowStart, null)).OrderBy(c => c.InFlight)
            : auto.Explain(what, usable, Unweighted).Select(e => Candidate(e.Replica, slowStart, e.Score)).OrderBy(c => c.Terms!.Total(auto.Weights));
        Last = new Decision
        {
            At = log.Now,
            Request = request,
            Attempt = ++_attempts,
            Service = service.Value,
            Policy = policy.Name,
            Picked = pick.Replica.Id.Value,
            PromptTokens = what.PromptTokens,
            Weights = auto?.Weights,
            Usable = usable.Length,
            Candidates = Nearest([.. candidates.ThenBy(c => c.Replica == pick.Replica.Id.Value ? 0 : 1)], pick.Replica.Id.Value),
        };
        log.Add(Last);
    }

    private static DecisionCandidate[] Nearest(DecisionCandidate[] candidates, int picked) => candidates.Length <= Decision.MostCandidates
        ? candidates
        : [.. candidates.Where((c, rank) => rank < Decision.MostCandidates - 1 || c.Replica == picked).Take(Decision.MostCandidates)];

    private DecisionCandidate Candidate(ReplicaTracker replica, TimeSpan slowStart, AutoScore? score) => new()
    {
        Replica = replica.Id.Value,
        Version = replica.Version,
        InFlight = replica.InFlight,
        OutstandingTokens = replica.Load.Outstanding,
        OthersInFlight = replica.Load.Others(log.Timestamp) is { } others ? others.Running + others.Waiting : null,
        TtftSeconds = replica.Load.TimeToFirstToken.Value,
        Share = replica.Share(slowStart),
        CachedTokens = score?.CachedTokens,
        Terms = score is not { } terms ? null : new DecisionTerms
        {
            Queue = terms.Queue,
            Prefill = terms.Prefill,
            Network = terms.Network,
            Delay = terms.Delay,
            Balance = terms.Balance,
            Price = terms.Price,
        },
    };
}
