using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sky.Core;
using Sky.Core.Keys;

namespace Sky.Controller.Store;

public sealed partial class SqliteStore
{
    public Task<IReadOnlyList<StoredKey>> KeysAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<StoredKey>>(
        (connection, transaction) =>
        [
            .. connection.Column("SELECT row_version || ' ' || json FROM keys ORDER BY id", transaction).Select(row =>
            {
                var space = row.IndexOf(' ', StringComparison.Ordinal);
                return new StoredKey(
                    JsonSerializer.Deserialize(row.AsSpan(space + 1), SkyJson.Default.KeyRecord)!,
                    long.Parse(row.AsSpan(0, space), System.Globalization.CultureInfo.InvariantCulture));
            }),
        ],
        cancellationToken);

    public Task<bool> WriteKeyAsync(StoredKey key, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) =>
        {
            var id = ("$id", (object)key.Key.Id.Value);
            var name = ("$name", key.Key.RevokedAt is null ? key.Key.Name : (object)DBNull.Value);
            var json = ("$json", (object)JsonSerializer.Serialize(key.Key, SkyJson.Default.KeyRecord));
            var rows = key.RowVersion == 0
                ? connection.Execute("INSERT OR IGNORE INTO keys (id, row_version, live_name, json) VALUES ($id, 1, $name, $json)", transaction, id, name, json)
                : connection.Execute(
                    "UPDATE OR IGNORE keys SET row_version = row_version + 1, live_name = $name, json = $json WHERE id = $id AND row_version = $expected",
                    transaction, id, name, json, ("$expected", key.RowVersion));
            return rows == 1;
        },
        cancellationToken);
}
