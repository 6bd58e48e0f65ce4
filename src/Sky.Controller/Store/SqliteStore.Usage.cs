using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sky.Core;
using Sky.Core.Metering;

namespace Sky.Controller.Store;

public sealed partial class SqliteStore
{
    public Task AddUsageAsync(SettlementBatch batch, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) =>
        {
            var settled = Settled(connection, transaction, batch.Gateway);
            List<Settlement> added = [.. batch.Settlements.Where(settlement => settlement.At > now - UsageMemory.Oldest && settled.Add(settlement.Sequence))];
            foreach (var row in UsageSums.ByHour(added))
            {
                Add(connection, transaction, row);
            }

            if (added.Count > 0)
            {
                Write(connection, transaction, batch.Gateway, settled, now);
                connection.Execute("DELETE FROM settled WHERE told < $before", transaction, ("$before", (now - UsageMemory.Kept).ToUnixTimeSeconds()));
            }

            return added.Count > 0;
        },
        cancellationToken);

    public Task<IReadOnlyList<UsageRow>> UsageAsync(UsageQuery query, CancellationToken cancellationToken) => Read<IReadOnlyList<UsageRow>>(
        (connection, transaction) =>
        [
            .. connection.Column(
                    """
                    SELECT json FROM usage WHERE hour > $since - 3600 AND ($key = '' OR key = $key) AND ($service = '' OR service = $service)
                    ORDER BY hour, key, service, model, version, currency
                    """,
                    transaction,
                    ("$since", query.Since.ToUnixTimeSeconds()), ("$key", query.Key ?? ""), ("$service", query.Service?.Value ?? ""))
                .Select(json => JsonSerializer.Deserialize(json, SkyJson.Default.UsageRow)!),
        ],
        cancellationToken);

    private static SequenceRanges Settled(SqliteConnection connection, SqliteTransaction transaction, string gateway) => new(
        connection.Column("SELECT first || ' ' || last FROM settled WHERE gateway = $gateway ORDER BY first", transaction, ("$gateway", gateway))
            .Select(row => row.Split(' '))
            .Select(parts => (Number(parts[0]), Number(parts[1]))));

    private static void Write(SqliteConnection connection, SqliteTransaction transaction, string gateway, SequenceRanges settled, DateTimeOffset now)
    {
        connection.Execute("DELETE FROM settled WHERE gateway = $gateway", transaction, ("$gateway", gateway));
        foreach (var (first, last) in settled.All)
        {
            connection.Execute(
                "INSERT INTO settled (gateway, first, last, told) VALUES ($gateway, $first, $last, $told)", transaction,
                ("$gateway", gateway), ("$first", first), ("$last", last), ("$told", now.ToUnixTimeSeconds()));
        }
    }

    private static void Add(SqliteConnection connection, SqliteTransaction transaction, UsageRow row)
    {
        (string, object)[] key =
        [
            ("$hour", row.Hour.ToUnixTimeSeconds()), ("$key", row.Key ?? ""), ("$service", row.Service.Value),
            ("$model", row.Model), ("$version", row.Version), ("$currency", row.Currency ?? ""),
        ];
        var known = connection.Scalar<string>(
            "SELECT json FROM usage WHERE hour = $hour AND key = $key AND service = $service AND model = $model AND version = $version AND currency = $currency",
            transaction, key);
        var sum = known is null ? row : UsageSums.Sum([JsonSerializer.Deserialize(known, SkyJson.Default.UsageRow)!, row]).Single();
        connection.Execute(
            """
            INSERT INTO usage (hour, key, service, model, version, currency, json) VALUES ($hour, $key, $service, $model, $version, $currency, $json)
            ON CONFLICT DO UPDATE SET json = excluded.json
            """,
            transaction, [.. key, ("$json", JsonSerializer.Serialize(sum, SkyJson.Default.UsageRow))]);
    }

    private static long Number(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
