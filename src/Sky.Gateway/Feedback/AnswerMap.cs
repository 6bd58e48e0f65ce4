using Microsoft.AspNetCore.Http;
using Sky.Core.Endpoints;
using Sky.Gateway.Ingress;
using Sky.Gateway.Routing;

namespace Sky.Gateway.Feedback;

/// <summary>
/// Which version gave which answer, by the id of the response and by the id of the request, for services whose requests are divided. Bounded: about the last hundred
/// thousand ids.
/// </summary>
internal sealed class AnswerMap(int most = AnswerMap.MostOfAGeneration) : RecentIds<AnswerPlace>(most)
{
    public const string RequestIdHeader = "X-Request-Id";

    private const int MostOfAGeneration = 50_000;

    public AnswerPlace? Find(string id) => TryFind(id, out var place) ? place : null;

    public void Note(GatewayRequest request, string id)
    {
        if (request is { Split: { Traffic.Generation: not ServiceTraffic.NotCounted } split, Replica: { } replica })
        {
            Add(id, new AnswerPlace(request.Route.Service.Name, split.Traffic.Generation, replica.Version, request.Caller.KeyId));
        }
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
