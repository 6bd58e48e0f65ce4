using System.Globalization;
using Sky.Cli.Terminal;
using Sky.Core.Services;

namespace Sky.Cli.Serve;

/// <summary>Services and replicas as SkyServe's two tables.</summary>
/// <param name="screen">Paints them.</param>
/// <param name="now">The time ages are counted to.</param>
/// <param name="verbose">All replicas and columns, and how replicas ended.</param>
/// <param name="width">Columns of replicas are left out until their table is at most this wide; null: none is.</param>
/// <param name="program">How the user calls sky.</param>
internal sealed class StatusTables(Screen screen, DateTimeOffset now, bool verbose, int? width = null, string program = "sky")
{
    private const int MostReplicas = 10;

    public IEnumerable<string> Lines(IReadOnlyList<ServiceView> services)
    {
        yield return screen.Paint(Colors.Bold, "Services");
        foreach (var line in services.Count == 0 ? ["No existing services."] : ServiceTable(services).Lines(screen))
        {
            yield return line;
        }

        foreach (var line in Notes(services))
        {
            yield return line;
        }

        yield return "";
        yield return screen.Paint(Colors.Bold, "Service Replicas");
        var rows = Rows(services);
        foreach (var line in rows.Count == 0 ? ["No existing replicas."] : Fitting(ReplicaTable(rows)))
        {
            yield return line;
        }

        if (!verbose && rows.Count > MostReplicas)
        {
            yield return "... (use -v to show all replicas)";
        }

        if (verbose)
        {
            foreach (var line in StatusDetails.Lines(services, now, program))
            {
                yield return line;
            }
        }
    }

    private IEnumerable<string> Fitting(TextTable table) =>
        width is { } most ? table.LinesWithin(most, screen, "RESOURCES", "INFRA", "LAUNCHED", "ENDPOINT") : table.Lines(screen);

    /// <summary>Those that live first, so that old failures hide none of them.</summary>
    private static List<ReplicaRow> Rows(IReadOnlyList<ServiceView> services)
    {
        var live = new List<ReplicaRow>();
        var over = new List<ReplicaRow>();
        foreach (var service in services)
        {
            foreach (var replica in service.Replicas)
            {
                (IsOver(replica.Status) ? over : live).Add(new ReplicaRow(service.Name, replica));
            }
        }

        live.AddRange(over);
        return live;
    }

    private static bool IsOver(ReplicaStatus status) => status is ReplicaStatus.Failed or ReplicaStatus.FailedInitialDelay
        or ReplicaStatus.FailedProbing or ReplicaStatus.FailedProvision or ReplicaStatus.Preempted;

    private TextTable ServiceTable(IReadOnlyList<ServiceView> services)
    {
        string[] headers = ["NAME", "VERSION", "UPTIME", "STATUS", "REPLICAS", "ENDPOINT"];
        var table = new TextTable(verbose ? [.. headers, "AUTOSCALING_POLICY", "LOAD_BALANCING_POLICY", "REQUESTED_RESOURCES"] : headers);
        foreach (var service in services)
        {
            Cell[] cells =
            [
                service.Name,
                service.Versions.Count == 0 ? "-" : string.Join(',', service.Versions.Select(version => version.ToString(CultureInfo.InvariantCulture))),
                Durations.Exact(service.UptimeSeconds),
                new Cell(StatusWords.Of(service.Status), Colors.Of(service.Status)),
                $"{service.ReadyReplicas}/{service.TotalReplicas}",
                service.Endpoint,
            ];
            table.Add(verbose ? [.. cells, service.AutoscalingPolicy, service.LoadBalancingPolicy, service.RequestedResources] : cells);
        }

        return table;
    }

    private TextTable ReplicaTable(List<ReplicaRow> rows)
    {
        var table = new TextTable("SERVICE_NAME", "ID", "VERSION", "ENDPOINT", "LAUNCHED", "INFRA", "RESOURCES", "STATUS");
        foreach (var row in verbose ? rows : rows.Take(MostReplicas))
        {
            var replica = row.Replica;
            table.Add(
                row.Service,
                replica.Id.ToString(CultureInfo.InvariantCulture),
                replica.Version.ToString(CultureInfo.InvariantCulture),
                replica.Endpoint,
                Durations.Ago(replica.LaunchedAt, now),
                $"{CloudName(replica.Cloud)} ({PlaceOf(replica)})",
                replica.Resources,
                new Cell(StatusWords.Of(replica.Status), Colors.Of(replica.Status)));
        }

        return table;
    }

    /// <summary>What is bought is known by its zone; what one has, by its name.</summary>
    private static string PlaceOf(ReplicaView replica) => replica.InstanceType is null
        ? replica.Node
        : $"{replica.Zone ?? replica.Region ?? replica.Node}{(replica.UseSpot ? ", spot" : "")}";

    private static IEnumerable<string> Notes(IReadOnlyList<ServiceView> services) =>
        from service in services
        from note in new[] { service.Trouble, service.Message }
        where note is not null
        select $"* {service.Name}: {note}";

    private static string CloudName(string cloud) => cloud switch
    {
        "aws" or "gcp" => cloud.ToUpperInvariant(),
        "" => "-",
        _ => char.ToUpperInvariant(cloud[0]) + cloud[1..],
    };
}
