using Sky.Core.Endpoints;

namespace Sky.Gateway.Routing.Models;

/// <summary>Which replica holds which stored response, learned from the answers that pass.</summary>
internal sealed class ResponseMap(int most = ResponseMap.MostOfAGeneration) : RecentIds<ResponsePlace>(most)
{
    private const int MostOfAGeneration = 50_000;

    public ResponsePlace? Find(string id) => TryFind(id, out var place) ? place : null;
}
