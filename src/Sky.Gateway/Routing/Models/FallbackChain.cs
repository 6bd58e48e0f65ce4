using Sky.Core.Specs;
using Sky.Gateway.Endpoints;
using Sky.Gateway.Ingress;

namespace Sky.Gateway.Routing.Models;

/// <summary>The services that take over from one without capacity, each at most once, so that no chain goes round.</summary>
internal sealed class FallbackChain(ModelIndex models)
{
    private const int Longest = 16;

    /// <summary>What the request's service names, in order, each followed by what it names itself when it has no capacity either.</summary>
    public IEnumerable<ServiceState> After(GatewayRequest request)
    {
        if (request.Call is not { Model.Length: > 0 } call)
        {
            yield break;
        }

        var (directory, first) = (models.Current, request.Route.Service);
        HashSet<ServiceState> seen = [first];
        var next = new LinkedList<ServiceState>(Named(directory, first, call.Model));
        while (next.First is { } place && seen.Count <= Longest)
        {
            next.RemoveFirst();
            if (!seen.Add(place.Value))
            {
                continue;
            }

            yield return place.Value;
            foreach (var further in Named(directory, place.Value, call.Model).Reverse())
            {
                next.AddFirst(further);
            }
        }
    }

    private static IEnumerable<ServiceState> Named(ModelDirectory directory, ServiceState service, string model)
    {
        var entries = service.Snapshot().Endpoints?.Fallback ?? [];
        var entry = entries.FirstOrDefault(e => e.Model == model) ?? entries.FirstOrDefault(e => e.Model == FallbackSpec.Any);
        return (entry?.Services ?? []).SelectMany(name => name == FallbackSpec.Any
            ? directory.Others(service, model)
            : directory.Services.Find(name) is { } other ? [other] : []);
    }
}
