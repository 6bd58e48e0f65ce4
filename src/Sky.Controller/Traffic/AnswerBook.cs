using Sky.Core.Endpoints;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Traffic;

/// <summary>
/// Which version gave which answer, as all gateways tell it. Bounded: about the last hundred thousand ids. In memory: a controller that starts anew knows none, and
/// each gateway its own still.
/// </summary>
internal sealed class AnswerBook(int most = AnswerBook.MostOfAGeneration) : RecentIds<AnswerReport>(most)
{
    private const int MostOfAGeneration = 50_000;

    public void Add(IReadOnlyList<AnswerReport>? answers)
    {
        foreach (var answer in answers ?? [])
        {
            Add(answer.Id, answer);
        }
    }

    /// <summary>What the feedback is about; null: nobody knows, or it is not this caller's.</summary>
    public FeedbackReport? Find(OpenFeedback open) => TryFind(open.Id, out var answer) && answer.IsFor(open.Key, open.IsOperator)
        ? new FeedbackReport { Service = answer.Service, Generation = answer.Generation, Version = answer.Version, Id = open.Id, Score = open.Score }
        : null;
}
