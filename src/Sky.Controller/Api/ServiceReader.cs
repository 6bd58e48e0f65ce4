using Sky.Controller.Endpoints;
using Sky.Controller.Scaling;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Api;

/// <summary>Services as people see them, read anew from the store.</summary>
internal sealed class ServiceReader(IStore store, GatewayReports gateways, Publications publications, TimeProvider time)
{
    /// <summary>In ordinal order of names; unknown names and services that are down are left out.</summary>
    public async Task<IReadOnlyList<ServiceView>> ListAsync(IReadOnlyList<string>? names, CancellationToken cancellationToken)
    {
        var wanted = names?.Select(name => new ServiceName(name)).Distinct().Order() ?? (IEnumerable<ServiceName>)await store.ListAsync(cancellationToken);
        var views = new List<ServiceView>();
        foreach (var name in wanted)
        {
            if (await FindAsync(name, cancellationToken) is { } view)
            {
                views.Add(view);
            }
        }

        return views;
    }

    /// <summary>Null when there is none of that name or it is down.</summary>
    public async Task<ServiceView?> FindAsync(ServiceName name, CancellationToken cancellationToken) =>
        await store.LoadAsync(name, cancellationToken) is { Service.Phase: not ServicePhase.Down } service
            ? publications.View(service, gateways.LoadOf(service), time.GetUtcNow())
            : null;
}
