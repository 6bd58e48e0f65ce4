using System.Globalization;
using System.Text.Json;
using Sky.Core;
using Sky.Core.Clusters;
using Sky.Core.Nodes;

namespace Sky.Controller.Store;

public sealed partial class SqliteStore
{
    public Task<IReadOnlyList<StoredCluster>> ClustersAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<StoredCluster>>(
        (connection, transaction) =>
        [
            .. connection.Column("SELECT row_version || ' ' || json FROM clusters ORDER BY name", transaction).Select(row =>
            {
                var space = row.IndexOf(' ', StringComparison.Ordinal);
                return new StoredCluster(
                    JsonSerializer.Deserialize(row.AsSpan(space + 1), SkyJson.Default.ClusterRecord)!,
                    long.Parse(row.AsSpan(0, space), CultureInfo.InvariantCulture));
            }),
        ],
        cancellationToken);

    public Task<bool> WriteClusterAsync(StoredCluster cluster, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) =>
        {
            var name = ("$name", (object)cluster.Cluster.Name.Value);
            var json = ("$json", (object)JsonSerializer.Serialize(cluster.Cluster, SkyJson.Default.ClusterRecord));
            var rows = cluster.RowVersion == 0
                ? connection.Execute("INSERT OR IGNORE INTO clusters (name, row_version, json) VALUES ($name, 1, $json)", transaction, name, json)
                : connection.Execute(
                    "UPDATE clusters SET row_version = row_version + 1, json = $json WHERE name = $name AND row_version = $expected",
                    transaction, name, json, ("$expected", cluster.RowVersion));
            return rows == 1;
        },
        cancellationToken);

    public Task<bool> DeleteClusterAsync(ClusterName cluster, long rowVersion, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) => connection.Execute(
            "DELETE FROM clusters WHERE name = $name AND row_version = $expected", transaction, ("$name", cluster.Value), ("$expected", rowVersion)) == 1,
        cancellationToken);
}
