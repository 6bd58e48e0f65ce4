using Sky.Core.Endpoints;

namespace Sky.Gateway.Routing.Models;

/// <summary>The models of one service: what its file names, and what its replicas list where that counts. Immutable.</summary>
internal sealed class ServiceModels
{
    private readonly Dictionary<string, string?> _atReplica = new(StringComparer.Ordinal);
    private readonly string? _first;

    /// <param name="endpoints">What the controller says of the service.</param>
    /// <param name="listed">What its replicas listed; empty when nothing is known.</param>
    public ServiceModels(ServiceEndpoints endpoints, IReadOnlyList<string> listed)
    {
        Name = endpoints.Service.Value;
        foreach (var model in endpoints.Models?.Names ?? [])
        {
            _atReplica.TryAdd(model.Name, model.ReplicaName);
            _first ??= model.ReplicaName ?? model.Name;
        }

        Named = [.. _atReplica.Keys];
        if (endpoints.Models is null or { WhatReplicasList: true })
        {
            foreach (var model in listed)
            {
                _atReplica.TryAdd(model, null);
                _first ??= model;
            }
        }

        Listed = [.. _atReplica.Keys.Skip(Named.Length)];
    }

    /// <summary>The service's own name, under which it serves its first model.</summary>
    public string Name { get; }

    /// <summary>The names of its file.</summary>
    public string[] Named { get; }

    /// <summary>The other names, which only its replicas told.</summary>
    public string[] Listed { get; }

    public bool Serves(string model) => model == Name || _atReplica.ContainsKey(model);

    /// <summary>Whether the replicas know it by this very name, as far as the gateway knows.</summary>
    public bool IsOfReplica(string model) => _atReplica.TryGetValue(model, out var name) && name is null;

    /// <summary>What the replicas call <paramref name="model"/>; for one that the service does not serve, its first one. Null: as it was asked for.</summary>
    public string? AtReplica(string model) =>
        (_atReplica.TryGetValue(model, out var name) ? name : _first) is { } other && other != model ? other : null;
}
