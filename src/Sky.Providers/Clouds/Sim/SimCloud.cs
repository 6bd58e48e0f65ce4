using Sky.Core.Catalog;
using Sky.Core.Clouds;
using Sky.Core.Engines;
using Sky.Core.Nodes;
using Sky.Core.Services;

namespace Sky.Providers.Clouds.Sim;

/// <summary>
/// A cloud to try things on: zones, prices, launch delays, and spot nodes that come and go by traces, with notice. Its nodes are names; what is placed there
/// runs as processes of this machine. Nothing is bought. It is taken only where a file or an option names it.
/// </summary>
/// <param name="settings">What there is.</param>
/// <param name="folder">Where it keeps its nodes.</param>
/// <param name="time">The clock.</param>
/// <param name="owner">Whose nodes; null: whosesoever.</param>
public sealed class SimCloud(SimSettings settings, string folder, TimeProvider time, OwnerId? owner = null) : ICloud
{
    private readonly SimFolder _folder = new(folder, time, owner?.Value);
    private readonly Lock _gate = new();

    public string Name => "sim";

    public bool OnlyByName => true;

    public Task<IReadOnlyList<Offering>> ListOfferingsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Offering>>(
    [
        .. from type in settings.Types! from zone in settings.Zones! from spot in new[] { true, false } select OfferingOf(type, zone, spot),
    ]);

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

        var node = new SimNode { Id = request.Node.Value, Attempt = request.Attempt, Offering = request.Offering, LaunchedAt = time.GetUtcNow() };
        _folder.Keep(node);
        return View(node);
    });

    public Task<CloudNode?> GetAsync(NodeId node, CancellationToken cancellationToken) =>
        Do(nodes => nodes.Find(known => known.Id == node.Value && _folder.IsOurs(known)) is { } known ? View(known) : null);

    public Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken) => Do<IReadOnlyList<CloudNode>>(nodes => [.. nodes.Where(_folder.IsOurs).Select(View)]);

    public ICloud Of(OwnerId other) => new SimCloud(settings, folder, time, other);

    public Task DeleteAsync(NodeId node, CancellationToken cancellationToken) => Do(nodes =>
    {
        if (nodes.Exists(known => known.Id == node.Value && _folder.IsOurs(known)))
        {
            _folder.Remove(node.Value);
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
            _folder.Remove(gone.Id);
            nodes.Remove(gone);
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

    private int SpotCapacity(SimZone zone, DateTimeOffset now)
    {
        if (!settings.Traces.TryGetValue(zone.Name, out var trace))
        {
            return zone.SpotCapacity ?? int.MaxValue;
        }

        var seconds = (now - _folder.Began()).TotalSeconds * (settings.Speed ?? 1);
        return trace.Values[(int)((long)(seconds / trace.GapSeconds) % trace.Values.Count)];
    }

    private CloudNode View(SimNode node) => new()
    {
        Id = new NodeId(node.Id),
        Name = node.Id,
        Address = "127.0.0.1",
        Running = time.GetUtcNow() - node.LaunchedAt >= settings.Launch,
        Notice = node.EndsAt is { } end ? new NodeNotice { Kind = NodeNoticeKind.Interruption, At = end, Detail = "capacity" } : null,
    };

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
        Engine = EngineName.Process,
        HourlyCost = spot ? Math.Round(type.SpotPrice * (zone.PriceFactor ?? 1), 6) : type.OnDemandPrice,
    };
}
