using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching.Regions;
using Sky.Core.Engines;
using Sky.Core.Nodes;
using Sky.Core.Services;
using Sky.Providers.Clouds.Sim.Machines;

namespace Sky.Providers.Clouds.Sim;

/// <summary>
/// A cloud to try things on: zones, prices, launch delays, and spot nodes that come and go by traces, with notice. Its nodes are names, and what is placed there
/// runs as processes of this machine; or they are machines that form a cluster. Nothing is bought. It is taken only where a file or an option names it.
/// </summary>
/// <param name="settings">What there is.</param>
/// <param name="folder">Where it keeps its nodes.</param>
/// <param name="time">The clock.</param>
/// <param name="owner">Whose nodes; null: whosesoever.</param>
public sealed class SimCloud(SimSettings settings, string folder, TimeProvider time, OwnerId? owner = null) : ICloud
{
    private readonly SimFolder _folder = new(folder, time, owner?.Value);
    private readonly SimMachines? _machines = settings.Machines is { } machines ? new SimMachines(machines, folder) : null;
    private readonly Lock _gate = new();

    /// <summary>The address at which its machines reach this one; null: it makes none.</summary>
    public static string? GatewayOf(SimSettings settings, string folder) => settings.Machines is { } machines ? new SimMachines(machines, folder).Gateway : null;

    public string Name => "sim";

    public bool OnlyByName => true;

    public Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken) => Do<IReadOnlyList<Offering>>(_ =>
    {
        _machines?.Check();
        return [.. from type in settings.Types! from zone in settings.Zones! from spot in new[] { true, false } select OfferingOf(type, zone, spot)];
    });

    public Task<CloudNode> LaunchAsync(NodeRequest request, CancellationToken cancellationToken) => Do(nodes =>
    {
        if (nodes.Find(node => node.Id == request.Node.Value) is { } known)
        {
            return known.Attempt == request.Attempt && known.Offering == request.Offering
                ? View(known)
                : throw new CloudException(CloudFailure.Invalid, $"node {request.Node} was asked for before, with another request");
        }

        var zone = settings.Zones!.FirstOrDefault(zone => zone.Name == request.Offering.Zone)
            ?? throw new CloudException(CloudFailure.Invalid, $"the simulated cloud has no zone {request.Offering.Zone}");
        var spot = request.Offering.UseSpot;
        var held = nodes.Count(node => node.Offering.Zone == zone.Name && node.Offering.UseSpot == spot);
        if (held >= (spot ? SpotCapacity(zone, time.GetUtcNow()) : zone.OnDemandCapacity ?? int.MaxValue))
        {
            throw new CloudException(CloudFailure.NoCapacity, $"zone {zone.Name} has no {(spot ? "spot" : "on-demand")} capacity now");
        }

        var node = new SimNode { Id = request.Node.Value, Attempt = request.Attempt, Offering = request.Offering, LaunchedAt = time.GetUtcNow(), Address = _machines?.Free(nodes) };
        _machines?.Prepare(node, request.UserData);
        _folder.Keep(node);
        _machines?.Start(node, settings.Launch);
        return View(node);
    });

    public Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) =>
        Do(nodes => nodes.Find(known => known.Id == node.Value && _folder.IsOurs(known)) is { } known ? View(known) : null);

    public Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken) => Do<IReadOnlyList<CloudNode>>(nodes => [.. nodes.Where(_folder.IsOurs).Select(View)]);

    public ICloud Of(OwnerId other) => new SimCloud(settings, folder, time, other);

    public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) => Do(nodes =>
    {
        if (nodes.Find(known => known.Id == node.Value && _folder.IsOurs(known)) is { } known)
        {
            End(known);
        }

        return true;
    });

    private Task<T> Do<T>(Func<List<SimNode>, T> call)
    {
        lock (_gate)
        {
            try
            {
                return Task.FromResult(call(Present()));
            }
            catch (CloudException refused)
            {
                return Task.FromException<T>(refused);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
            {
                return Task.FromException<T>(new CloudException(CloudFailure.Unavailable, $"the simulated cloud cannot read or write its nodes: {failure.Message}", failure));
            }
        }
    }

    /// <summary>The nodes there are now: those whose time is over are gone, and those that a zone can hold no longer get their notice, the youngest first.</summary>
    private List<SimNode> Present()
    {
        var now = time.GetUtcNow();
        var nodes = _folder.List();
        foreach (var gone in nodes.Where(node => node.EndsAt <= now).ToList())
        {
            if (End(gone))
            {
                nodes.Remove(gone);
            }
        }

        foreach (var starting in nodes.Where(node => node is { Address: not null, EndsAt: null } && _machines?.State(node) is null))
        {
            // Whoever began it may have died before.
            _machines?.Start(starting, settings.Launch);
        }

        foreach (var zone in settings.Zones!)
        {
            var held = nodes.Where(node => node.Offering.Zone == zone.Name && node.Offering.UseSpot && node.EndsAt is null).ToList();
            foreach (var taken in held.Skip(SpotCapacity(zone, now)).ToList())
            {
                var ending = taken with { EndsAt = now + settings.Notice };
                _folder.Keep(ending);
                nodes[nodes.IndexOf(taken)] = ending;
            }
        }

        return nodes;
    }

    /// <summary>Whether nothing is left of it; a machine takes a moment.</summary>
    private bool End(SimNode node)
    {
        if (node.Address is null || _machines is null || _machines.IsGone(node))
        {
            _folder.Remove(node.Id);
            return true;
        }

        if (node.EndsAt is null || node.EndsAt > time.GetUtcNow())
        {
            _folder.Keep(node with { EndsAt = time.GetUtcNow() });
        }

        _machines.Stop(node);
        return false;
    }

    private int SpotCapacity(SimZone zone, DateTimeOffset now)
    {
        if (!settings.Traces.TryGetValue(zone.Name, out var trace))
        {
            return zone.SpotCapacity ?? int.MaxValue;
        }

        var seconds = (now - _folder.Began()).TotalSeconds * (settings.Speed ?? 1);
        return trace.Values[(int)((long)(seconds / trace.GapSeconds) % trace.Values.Count)];
    }

    private CloudNode View(SimNode node)
    {
        var (now, state) = (time.GetUtcNow(), node.Address is null ? null : _machines?.State(node));
        return new CloudNode
        {
            Id = new NodeId(node.Id),
            Name = node.Id,
            Address = node.Address ?? "127.0.0.1",
            Running = !(node.EndsAt <= now) && (node.Address is null ? now - node.LaunchedAt >= settings.Launch : state == SimMachines.Up),
            Notice = node.EndsAt is { } end ? new NodeNotice { Kind = NodeNoticeKind.Interruption, At = end, Detail = "capacity" } : null,
            Failure = state is not null and not SimMachines.Up ? new NodeFailure(CloudFailure.Unavailable, $"node {node.Id} did not start: {state}") : null,
        };
    }

    private Offering OfferingOf(SimType type, SimZone zone, bool spot) => new()
    {
        Cloud = Name,
        Region = zone.Region,
        Zone = zone.Name,
        InstanceType = type.Name,
        Cpus = type.Cpus,
        Memory = type.Memory,
        Accelerator = type.Accelerator,
        AcceleratorCount = type.AcceleratorCount,
        UseSpot = spot,
        Engine = _machines is null ? EngineName.Process : new RegionCluster(Name, zone.Region).Engine,
        HourlyCost = spot ? Math.Round(type.SpotPrice * (zone.PriceFactor ?? 1), 6) : type.OnDemandPrice,
    };
}
