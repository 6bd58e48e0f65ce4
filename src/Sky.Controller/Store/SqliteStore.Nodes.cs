using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sky.Core.Nodes;

namespace Sky.Controller.Store;

public sealed partial class SqliteStore
{
    public Task<StoredEnrolment?> FindEnrolmentAsync(string id, CancellationToken cancellationToken) => Read(
        (connection, transaction) => connection.Column("SELECT row_version || ' ' || json FROM enrolments WHERE id = $id", transaction, ("$id", id))
            .Select(Enrolment)
            .FirstOrDefault(),
        cancellationToken);

    public Task<bool> WriteEnrolmentAsync(StoredEnrolment enrolment, NodeRecord? node, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) =>
        {
            var id = ("$id", (object)enrolment.Enrolment.Id);
            var json = ("$json", (object)JsonSerializer.Serialize(enrolment.Enrolment, NodeJson.Default.EnrolmentRecord));
            var rows = enrolment.RowVersion == 0
                ? connection.Execute("INSERT OR IGNORE INTO enrolments (id, row_version, json) VALUES ($id, 1, $json)", transaction, id, json)
                : connection.Execute(
                    "UPDATE enrolments SET row_version = row_version + 1, json = $json WHERE id = $id AND row_version = $expected",
                    transaction, id, json, ("$expected", enrolment.RowVersion));
            if (rows == 1 && node is not null)
            {
                connection.Execute(
                    """
                    INSERT INTO nodes (cluster, node, row_version, json) VALUES ($cluster, $node, 1, $json)
                    ON CONFLICT (cluster, node) DO UPDATE SET row_version = row_version + 1, json = excluded.json
                    """,
                    transaction, [.. Columns(node)]);
            }

            return rows == 1;
        },
        cancellationToken);

    public Task<IReadOnlyList<StoredNode>> NodesAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<StoredNode>>(
        (connection, transaction) => [.. connection.Column("SELECT row_version || ' ' || json FROM nodes ORDER BY cluster, node", transaction).Select(Node)],
        cancellationToken);

    public Task<StoredNode?> FindNodeAsync(NodeKey node, CancellationToken cancellationToken) => Read(
        (connection, transaction) => connection.Column(
                "SELECT row_version || ' ' || json FROM nodes WHERE cluster = $cluster AND node = $node", transaction, ("$cluster", node.Cluster.Value), ("$node", node.Node.Value))
            .Select(Node).FirstOrDefault(),
        cancellationToken);

    public Task<bool> WriteNodeAsync(StoredNode node, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) => connection.Execute(
            node.RowVersion == 0
                ? "INSERT OR IGNORE INTO nodes (cluster, node, row_version, json) VALUES ($cluster, $node, 1, $json)"
                : "UPDATE nodes SET row_version = row_version + 1, json = $json WHERE cluster = $cluster AND node = $node AND row_version = $expected",
            transaction, [.. Columns(node.Node), ("$expected", node.RowVersion)]) == 1,
        cancellationToken);

    private static (string Name, object Value)[] Columns(NodeRecord node) =>
        [("$cluster", node.Cluster.Value), ("$node", node.Node.Value), ("$json", JsonSerializer.Serialize(node, NodeJson.Default.NodeRecord))];

    private static StoredEnrolment Enrolment(string row)
    {
        var (version, json) = Versioned(row);
        return new StoredEnrolment(JsonSerializer.Deserialize(json, NodeJson.Default.EnrolmentRecord)!, version);
    }

    private static StoredNode Node(string row)
    {
        var (version, json) = Versioned(row);
        return new StoredNode(JsonSerializer.Deserialize(json, NodeJson.Default.NodeRecord)!, version);
    }

    private static (long Version, string Json) Versioned(string row)
    {
        var space = row.IndexOf(' ', StringComparison.Ordinal);
        return (long.Parse(row.AsSpan(0, space), CultureInfo.InvariantCulture), row[(space + 1)..]);
    }
}
