using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sky.Core.Simulation.Spot;
using Sky.Providers.Clouds.Sim.Machines;

namespace Sky.Providers.Clouds.Sim;

/// <summary>What there is in the simulated cloud, and how fast its time goes.</summary>
public sealed record SimSettings
{
    /// <summary>From a launch until the node runs.</summary>
    public double? LaunchSeconds { get; init; }

    /// <summary>From the notice of its end until a spot node is gone.</summary>
    public double? NoticeSeconds { get; init; }

    /// <summary>Seconds of a trace that pass in one second.</summary>
    public double? Speed { get; init; }

    public IReadOnlyList<SimType>? Types { get; init; }

    public IReadOnlyList<SimZone>? Zones { get; init; }

    /// <summary>Nodes are machines that form a cluster in each region; null: they are names.</summary>
    public SimMachineSettings? Machines { get; init; }

    /// <summary>The traces by zone, as they were read.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, ZoneTrace> Traces { get; init; } = new Dictionary<string, ZoneTrace>();

    internal TimeSpan Launch => TimeSpan.FromSeconds(LaunchSeconds ?? 1);

    internal TimeSpan Notice => TimeSpan.FromSeconds(NoticeSeconds ?? 5);

    /// <summary>Two regions with three zones each, without end, where no file says otherwise.</summary>
    public static SimSettings Default { get; } = Filled(new SimSettings());

    /// <summary>Reads a file, and the traces that it names.</summary>
    /// <exception cref="FormatException">It cannot be read or is not right; the message says where and what would be.</exception>
    public static SimSettings Read(string path)
    {
        try
        {
            var settings = Filled(JsonSerializer.Deserialize(File.ReadAllBytes(path), SimJson.Default.SimSettings) ?? new SimSettings());
            if (Problem(settings) is { } problem)
            {
                throw new FormatException($"{path}: {problem}");
            }

            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return settings with
            {
                Machines = settings.Machines is { Images: { } images } machines ? machines with { Images = [.. images.Select(image => Path.GetFullPath(image, folder))] } : settings.Machines,
                Traces = settings.Zones!.Where(zone => zone.Trace is not null).ToDictionary(zone => zone.Name, zone => Trace(zone.Name, Path.Combine(folder, zone.Trace!))),
            };
        }
        catch (JsonException failure)
        {
            throw new FormatException($"{path}, line {failure.LineNumber + 1}: {failure.Message.Split(" Path:")[0]}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    private static ZoneTrace Trace(string zone, string path)
    {
        try
        {
            return ZoneTrace.Parse(zone, File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path}: {failure.Message}", failure);
        }
    }

    private static SimSettings Filled(SimSettings settings) => settings with
    {
        Types = settings.Types is { Count: > 0 } types ? types :
        [
            new SimType { Name = "sim.small", Cpus = 2, Memory = 4, OnDemandPrice = 0.06, SpotPrice = 0.02 },
            new SimType { Name = "sim.large", Cpus = 8, Memory = 32, OnDemandPrice = 0.36, SpotPrice = 0.12 },
        ],
        Zones = settings.Zones is { Count: > 0 } zones ? zones :
        [
            .. from region in new[] { "sim-east", "sim-west" } from zone in "abc" select new SimZone { Name = $"{region}-{zone}", Region = region },
        ],
    };

    private static string? Problem(SimSettings settings) =>
        settings.LaunchSeconds < 0 || settings.NoticeSeconds < 0 ? "launchSeconds and noticeSeconds are 0 or more"
        : settings.Speed <= 0 ? "speed is above 0: how many seconds of a trace pass in one"
        : settings.Machines?.Network is { } network && !IPAddress.TryParse(network + ".1", out _) ? $"machines.network is the first three numbers of addresses, such as 10.97.3, not {network}"
        : settings.Zones!.GroupBy(zone => zone.Name).FirstOrDefault(group => group.Count() > 1) is { } twice ? $"zone {twice.Key} is there twice"
        : settings.Types!.GroupBy(type => type.Name).FirstOrDefault(group => group.Count() > 1) is { } same ? $"type {same.Key} is there twice"
        : settings.Types!.FirstOrDefault(type => type.Cpus <= 0 || type.Memory <= 0 || type.OnDemandPrice < 0 || type.SpotPrice < 0 || type.Accelerator is null != (type.AcceleratorCount == 0)) is { } odd
            ? $"type {odd.Name}: cpus and memory are above 0, prices 0 or more, and acceleratorCount goes with accelerator"
        : settings.Zones!.FirstOrDefault(zone => zone.PriceFactor < 0 || zone.SpotCapacity < 0 || zone.OnDemandCapacity < 0) is { } wrong ? $"zone {wrong.Name}: capacities and priceFactor are 0 or more"
        : null;
}
