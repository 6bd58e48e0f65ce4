using System.Text.Json;
using Sky.Core.Endpoints;
using Sky.Core.Keys;
using Sky.Core.Secrets;

namespace Sky.Gateway.Endpoints;

/// <summary>Seals, in what a gateway keeps on disk, the services that hold a secret.</summary>
/// <param name="sealer">Null: they are not kept.</param>
internal sealed class EndpointSeal(ISealer? sealer)
{
    /// <exception cref="SealException">They cannot be sealed.</exception>
    public EndpointsDocument Close(IReadOnlyList<ServiceEndpoints> services, IReadOnlyList<KeyRecord> keys, IReadOnlyList<LimitGrant> slices, string? home)
    {
        var hidden = services.Where(MayHoldSecrets).ToList();
        return hidden.Count == 0
            ? new EndpointsDocument(services, keys, slices, home)
            : new EndpointsDocument(
                [.. services.Except(hidden)], keys, slices, home,
                sealer is null ? null : [.. hidden.Select(service => sealer.Seal(JsonSerializer.Serialize(service, GatewayJson.Default.ServiceEndpoints)))]);
    }

    /// <summary>All services of a document.</summary>
    /// <param name="document">Null: none.</param>
    /// <param name="failed">Told of each service that cannot be opened; it is left out.</param>
    public IReadOnlyList<ServiceEndpoints> Open(EndpointsDocument? document, Action<SealException> failed)
    {
        List<ServiceEndpoints> services = [.. document?.Services ?? []];
        foreach (var text in document?.Sealed ?? [])
        {
            try
            {
                if (sealer is not null && JsonSerializer.Deserialize(sealer.Open(text, out _), GatewayJson.Default.ServiceEndpoints) is { } service)
                {
                    services.Add(service);
                }
            }
            catch (SealException error)
            {
                failed(error);
            }
        }

        return services;
    }

    /// <summary>Whether an earlier build wrote a service in clear that is to be sealed.</summary>
    public static bool IsLeftOpen(EndpointsDocument? document) => document?.Services.Any(MayHoldSecrets) == true;

    /// <summary>Secrets are filled in where a request to a replica is described.</summary>
    private static bool MayHoldSecrets(ServiceEndpoints service) =>
        service.UpstreamAuth is not null
        || service.ReadinessProbe is { Headers.Count: > 0 } or { PostData: not null }
        || service.ReadinessProbe.Path.Contains('?', StringComparison.Ordinal);
}
