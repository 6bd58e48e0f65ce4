using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Sky.Core.Endpoints;
using Sky.Core.Traffic.Experiments;
using Sky.Gateway.Ingress;

namespace Sky.Gateway.Feedback;

/// <summary>
/// Which version gave which answer, by the id of the response and by the id of the request, for services whose requests are divided. Bounded: about the last hundred
/// thousand ids, and of those that the controller is to be told of the last <see cref="MostUntold"/>.
/// </summary>
internal sealed class AnswerMap(int most = AnswerMap.MostOfAGeneration) : RecentIds<AnswerReport>(most)
{
    public const string RequestIdHeader = "X-Request-Id";
    public const int MostUntold = 20_000;

    private const int MostOfAGeneration = 50_000;
    private readonly ConcurrentQueue<AnswerReport> _untold = new();

    public AnswerReport? Find(string id) => TryFind(id, out var answer) ? answer : null;

    public void Note(GatewayRequest request, string id)
    {
        if (request is not { Split: { Traffic.Generation: not ServiceTraffic.NotCounted } split, Replica: { } replica } || Find(id) is not null)
        {
            return;
        }

        var answer = new AnswerReport
        {
            Id = id, Service = request.Route.Service.Name, Generation = split.Traffic.Generation, Version = replica.Version, Key = request.Caller.KeyId,
        };
        Add(id, answer);
        Tell(answer);
    }

    /// <summary>The controller is to be told of it, or again.</summary>
    public void Tell(AnswerReport answer)
    {
        _untold.Enqueue(answer);
        while (_untold.Count > MostUntold && _untold.TryDequeue(out _))
        {
            // The oldest goes: its gateway knows it still.
        }
    }

    /// <summary>Takes up to so many that the controller has not been told of.</summary>
    public IReadOnlyList<AnswerReport> Untold(int atMost)
    {
        var some = new List<AnswerReport>();
        while (some.Count < atMost && _untold.TryDequeue(out var answer))
        {
            some.Add(answer);
        }

        return some;
    }

    /// <summary>The headers of the answer are there: the id of the request is the one that the client is told, else the one that it sent.</summary>
    public void Answered(GatewayRequest request, HttpContext context)
    {
        if ((context.Response.Headers[RequestIdHeader] is [{ Length: > 0 } told] ? told : context.Request.Headers[RequestIdHeader].ToString()) is { Length: > 0 } id)
        {
            Note(request, id);
        }
    }
}
