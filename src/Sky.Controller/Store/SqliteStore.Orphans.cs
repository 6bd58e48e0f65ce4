using System.Text.Json;
using Sky.Core;
using Sky.Core.Clouds.Orphans;

namespace Sky.Controller.Store;

public sealed partial class SqliteStore
{
    private const string LifeKey = "life";

    public Task<IReadOnlyList<StoredOrphan>> OrphansAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<StoredOrphan>>(
        (connection, transaction) =>
        [
            .. connection.Column("SELECT row_version || ' ' || json FROM orphans ORDER BY cloud, owner, node", transaction).Select(row => row.Split(' ', 2)).Select(row => new StoredOrphan(
                JsonSerializer.Deserialize(row[1], SkyJson.Default.OrphanNode)!, long.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture))),
        ],
        cancellationToken);

    public Task<bool> WriteOrphanAsync(StoredOrphan orphan, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) => 1 == connection.Execute(
            orphan.RowVersion == 0
                ? "INSERT OR IGNORE INTO orphans (cloud, owner, node, row_version, json) VALUES ($cloud, $owner, $node, 1, $json)"
                : "UPDATE orphans SET row_version = row_version + 1, json = $json WHERE cloud = $cloud AND owner = $owner AND node = $node AND row_version = $expected",
            transaction, [.. KeyOf(orphan), ("$json", JsonSerializer.Serialize(orphan.Orphan, SkyJson.Default.OrphanNode))]),
        cancellationToken);

    public Task<bool> ForgetOrphanAsync(StoredOrphan orphan, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) => 1 == connection.Execute(
            "DELETE FROM orphans WHERE cloud = $cloud AND owner = $owner AND node = $node AND row_version = $expected", transaction, KeyOf(orphan)),
        cancellationToken);

    public Task<StoreLife?> LifeAsync(CancellationToken cancellationToken) => Read(
        (connection, transaction) => connection.Scalar<string>("SELECT value FROM meta WHERE key = $key", transaction, ("$key", LifeKey)) is { } json
            ? JsonSerializer.Deserialize(json, SkyJson.Default.StoreLife)
            : null,
        cancellationToken);

    public Task<bool> WriteLifeAsync(StoreLife life, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) => 1 == connection.Execute(
            "INSERT INTO meta (key, value) VALUES ($key, $json) ON CONFLICT (key) DO UPDATE SET value = $json", transaction,
            ("$key", LifeKey), ("$json", JsonSerializer.Serialize(life, SkyJson.Default.StoreLife))),
        cancellationToken);

    private static (string, object)[] KeyOf(StoredOrphan orphan) =>
        [("$cloud", orphan.Orphan.Cloud), ("$owner", orphan.Orphan.Owner ?? ""), ("$node", orphan.Orphan.Node), ("$expected", orphan.RowVersion)];
}
