using Microsoft.AspNetCore.Http;
using Sky.Controller.Reconciling;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary>Carries what users ask for into the store, where the next pass finds it.</summary>
internal sealed class ServiceChanges(IStore store, WorkQueue queue, TimeProvider time)
{
    private const int Attempts = 50;

    /// <summary>
    /// Reads, decides and writes; when someone else wrote in between, decides anew on what is there then.
    /// </summary>
    public async Task<Decision> ChangeAsync(
        ServiceName name, Func<ServiceAggregate?, DateTimeOffset, Decision> decide, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var decision = decide(await store.LoadAsync(name, cancellationToken), time.GetUtcNow());
            if (decision.Commit is null)
            {
                return decision;
            }

            if (await store.CommitAsync(decision.Commit, cancellationToken))
            {
                queue.Add(name);
                return decision;
            }
        }

        return Problem.Unavailable($"Service '{name}' is changing too fast: try again.");
    }

    /// <summary>The same, as an HTTP answer.</summary>
    public async Task<IResult> AnswerAsync(
        ServiceName name, Func<ServiceAggregate?, DateTimeOffset, Decision> decide, int status, CancellationToken cancellationToken)
    {
        var decision = await ChangeAsync(name, decide, cancellationToken);
        if (decision.Problem is { } problem)
        {
            return problem.ToResult();
        }

        return decision.Answer is { } answer
            ? Results.Json(answer, ApiJson.Default.PutServiceResponse, statusCode: status)
            : Results.StatusCode(status);
    }
}
