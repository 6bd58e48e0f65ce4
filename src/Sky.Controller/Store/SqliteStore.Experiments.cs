using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sky.Core;
using Sky.Core.Services;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Store;

public sealed partial class SqliteStore
{
    /// <summary>Divisions of one service of which arms and feedback are kept; older ones are dropped.</summary>
    private const int KeptGenerations = 20;

    public Task AddArmsAsync(ArmBatch batch, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) =>
        {
            foreach (var arm in batch.Arms)
            {
                // A word that comes late says nothing new.
                connection.Execute(
                    """
                    INSERT INTO arms (service, generation, version, gateway, sequence, json) VALUES ($service, $generation, $version, $gateway, $sequence, $json)
                    ON CONFLICT DO UPDATE SET sequence = excluded.sequence, json = excluded.json WHERE excluded.sequence > arms.sequence
                    """,
                    transaction,
                    ("$service", arm.Service.Value), ("$generation", arm.Generation), ("$version", arm.Version), ("$gateway", batch.Gateway),
                    ("$sequence", batch.Sequence), ("$json", JsonSerializer.Serialize(arm.Totals, SkyJson.Default.ArmTotals)));
                DropOld(connection, transaction, arm.Service, arm.Generation);
            }

            return batch.Arms.Count > 0;
        },
        cancellationToken);

    public Task AddFeedbackAsync(FeedbackReport feedback, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) =>
        {
            connection.Execute(
                """
                INSERT INTO feedback (service, generation, id, version, score) VALUES ($service, $generation, $id, $version, $score)
                ON CONFLICT DO UPDATE SET score = excluded.score
                """,
                transaction,
                ("$service", feedback.Service.Value), ("$generation", feedback.Generation), ("$id", feedback.Id), ("$version", feedback.Version),
                ("$score", feedback.Score));
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyDictionary<int, ArmTotals>> ArmsAsync(ServiceName service, int generation, CancellationToken cancellationToken) =>
        Read<IReadOnlyDictionary<int, ArmTotals>>(
            (connection, transaction) =>
            {
                var sums = new Dictionary<int, ArmTotals>();
                foreach (var row in connection.Column(
                    "SELECT version || ' ' || json FROM arms WHERE service = $service AND generation = $generation ORDER BY version, gateway", transaction,
                    ("$service", service.Value), ("$generation", generation)))
                {
                    var space = row.IndexOf(' ', StringComparison.Ordinal);
                    var version = int.Parse(row.AsSpan(0, space), CultureInfo.InvariantCulture);
                    sums[version] = sums.GetValueOrDefault(version, ArmTotals.None).Plus(JsonSerializer.Deserialize(row.AsSpan(space + 1), SkyJson.Default.ArmTotals)!);
                }

                return sums;
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<int, Moments>> FeedbackAsync(ServiceName service, int generation, CancellationToken cancellationToken) =>
        Read<IReadOnlyDictionary<int, Moments>>(
            (connection, transaction) => connection.Column(
                    "SELECT version || ' ' || count(*) || ' ' || sum(score) || ' ' || sum(score * score) FROM feedback WHERE service = $service AND generation = $generation GROUP BY version",
                    transaction, ("$service", service.Value), ("$generation", generation))
                .Select(row => row.Split(' '))
                .ToDictionary(parts => (int)Number(parts[0]), parts => new Moments(Number(parts[1]), Real(parts[2]), Real(parts[3]))),
            cancellationToken);

    private static void DropOld(SqliteConnection connection, SqliteTransaction transaction, ServiceName service, int generation)
    {
        (string, object)[] old = [("$service", service.Value), ("$first", generation - KeptGenerations)];
        connection.Execute("DELETE FROM arms WHERE service = $service AND generation <= $first", transaction, old);
        connection.Execute("DELETE FROM feedback WHERE service = $service AND generation <= $first", transaction, old);
    }

    private static double Real(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
