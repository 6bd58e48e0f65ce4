using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Routing.Models;

/// <summary>Model names and where they lead, immutable.</summary>
internal sealed class ModelDirectory
{
    private readonly Dictionary<string, ModelTarget> _byName = new(StringComparer.Ordinal);

    public ModelDirectory(ServiceDirectory services)
    {
        Services = services;
        foreach (var service in services.All)
        {
            if (service.Snapshot().Endpoints is not null)
            {
                _byName.TryAdd(service.Name.Value, new ModelTarget(service.Name.Value, service, null));
            }
        }

        Listed = [.. _byName.Values.OrderBy(t => t.Name, StringComparer.Ordinal)];
    }

    /// <summary>What it was made from.</summary>
    public ServiceDirectory Services { get; }

    /// <summary>All of them by name.</summary>
    public ModelTarget[] Listed { get; }

    public ModelTarget? Find(string model) => _byName.GetValueOrDefault(model);
}
