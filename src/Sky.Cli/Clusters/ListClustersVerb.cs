using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sky.Cli.Client;
using Sky.Cli.Commands;
using Sky.Cli.Serve;
using Sky.Cli.Terminal;
using Sky.Controller.Api;
using Sky.Controller.Clusters;

namespace Sky.Cli.Clusters;

/// <summary><c>sky cluster list</c></summary>
internal sealed class ListClustersVerb(CliContext context, ControllerConnector connector)
{
    public static Command Build(CliContext context)
    {
        var output = ServiceArguments.Output();
        var command = new SkyCommand("list", "Show clusters and their nodes, as they are seen now.")
        {
            Options = { output },
            Examples = [("sky cluster list -o json", "the same for scripts")],
        };
        SettingOptions.Add(command, SettingOptions.Client);
        command.SetAction((parsed, cancellationToken) =>
            new ListClustersVerb(context, new ControllerConnector(context, SettingOptions.Read(context, parsed)))
                .RunAsync(parsed.GetValue(output) == ServiceArguments.Json, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(bool json, CancellationToken cancellationToken)
    {
        var client = await connector.ConnectToLookAsync(cancellationToken);
        var clusters = client is null ? [] : await client.Clusters.ListAsync(cancellationToken);
        if (json)
        {
            context.Screen.Line(JsonText.Indented(JsonSerializer.SerializeToUtf8Bytes(clusters, ApiJson.Default.IReadOnlyListClusterView)));
            return ExitCode.Done;
        }

        if (clusters.Count == 0)
        {
            context.Screen.ErrorLine($"No clusters. Make one with '{context.ProgramName} cluster create CLUSTER'.");
            return ExitCode.Done;
        }

        foreach (var line in Table(clusters).LinesWithin(context.Screen.Width(), context.Screen, "MEMORY", "CPUS", "ADDRESS"))
        {
            context.Screen.Line(line);
        }

        foreach (var cluster in clusters)
        {
            foreach (var warning in new[] { cluster.Trouble, cluster.Advice }.OfType<string>())
            {
                context.Screen.Warn($"Cluster '{cluster.Name}': {warning}");
            }
        }

        return ExitCode.Done;
    }

    private static TextTable Table(IReadOnlyList<ClusterView> clusters)
    {
        var table = new TextTable("CLUSTER", "NETWORK", "NODE", "ADDRESS", "ROLE", "STATUS", "CPUS", "MEMORY", "REPLICAS", "REASON");
        foreach (var cluster in clusters)
        {
            var network = cluster.Encrypted ? "encrypted" : "plain";
            if (cluster.Nodes.Count == 0)
            {
                table.Add(cluster.Name, network, "-", "-", "-", "-", "-", "-", "-", "-");
            }

            foreach (var node in cluster.Nodes)
            {
                table.Add(
                    cluster.Name,
                    network,
                    node.Name,
                    node.Address,
                    string.Join(", ", new[] { node.Role, node.Leader ? "leader" : null, node.Spot ? "spot" : null }.OfType<string>()),
                    new Cell(node.Status, node.Status == "READY" ? Colors.Green : Colors.Yellow),
                    node.Cpus?.ToString("0.##", CultureInfo.InvariantCulture) ?? "-",
                    node.Memory is { } memory ? $"{memory.ToString("0.#", CultureInfo.InvariantCulture)} GB" : "-",
                    node.Replicas.ToString(CultureInfo.InvariantCulture),
                    node.Reason ?? "-");
            }
        }

        return table;
    }
}
