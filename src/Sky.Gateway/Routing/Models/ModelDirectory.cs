using Sky.Gateway.Endpoints;

namespace Sky.Gateway.Routing.Models;

/// <summary>
/// Model names and where they lead, immutable. Of several services that claim a name the service of that name has it, then one whose file
/// names it, then one whose replicas list it; among equals the first by name.
/// </summary>
internal sealed class ModelDirectory
{
    private readonly Dictionary<string, ModelTarget> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServiceModels> _byService = new(StringComparer.Ordinal);
    private readonly List<ModelConflict> _conflicts = [];
    private readonly ServiceState[] _living;

    public ModelDirectory(ServiceDirectory services)
    {
        Services = services;
        _living = [.. services.All.Where(s => s.Snapshot().Endpoints is not null).OrderBy(s => s.Name)];
        foreach (var service in _living)
        {
            if (service.Snapshot().Endpoints is { } endpoints)
            {
                _byService[service.Name.Value] = new ServiceModels(endpoints, service.ListedModels);
            }
        }

        Add(models => [models.Name]);
        Add(models => models.Named);
        Add(models => models.Listed);
        Listed = [.. _byName.Values.OrderBy(t => t.Name, StringComparer.Ordinal)];
    }

    /// <summary>What it was made from.</summary>
    public ServiceDirectory Services { get; }

    /// <summary>All of them by name.</summary>
    public ModelTarget[] Listed { get; }

    public IReadOnlyList<ModelConflict> Conflicts => _conflicts;

    public ModelTarget? Find(string model) => _byName.GetValueOrDefault(model);

    /// <summary>The models of a service; null when there is no such service.</summary>
    public ServiceModels? Of(ServiceState service) => _byService.GetValueOrDefault(service.Name.Value);

    /// <summary>All services but <paramref name="service"/> that serve a model, by name.</summary>
    public IEnumerable<ServiceState> Others(ServiceState service, string model) =>
        _living.Where(s => s != service && Of(s) is { } models && models.Serves(model));

    private void Add(Func<ServiceModels, string[]> names)
    {
        foreach (var service in _living)
        {
            if (Of(service) is not { } models)
            {
                continue;
            }

            foreach (var name in names(models))
            {
                if (!_byName.TryAdd(name, new ModelTarget(name, service, models.AtReplica(name))) && _byName[name].Service != service)
                {
                    _conflicts.Add(new ModelConflict(name, _byName[name].Service.Name.Value, models.Name));
                }
            }
        }
    }
}
