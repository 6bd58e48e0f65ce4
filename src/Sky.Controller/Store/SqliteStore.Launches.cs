using System.Text.Json;
using Sky.Core;
using Sky.Core.Clouds;
using Sky.Core.Clouds.Launching;
using Sky.Core.Secrets;
using Sky.Core.Services;

namespace Sky.Controller.Store;

public sealed partial class SqliteStore
{
    private const string LaunchColumns = "row_version || ' ' || coalesce(sealed, '') || ' ' || json";

    public Task<IReadOnlyList<StoredNodeLaunch>> LaunchesAsync(DateTimeOffset overSince, CancellationToken cancellationToken) => Read<IReadOnlyList<StoredNodeLaunch>>(
        (connection, transaction) =>
        [
            .. connection.Column(
                $"SELECT {LaunchColumns} FROM launches WHERE over IS NULL OR over > $since ORDER BY seq", transaction, ("$since", overSince.ToUnixTimeMilliseconds())).Select(Launch),
        ],
        cancellationToken);

    public Task<StoredNodeLaunch?> FindLaunchAsync(NodeId node, CancellationToken cancellationToken) => Read(
        (connection, transaction) => connection.Column($"SELECT {LaunchColumns} FROM launches WHERE id = $id", transaction, ("$id", node.Value)).Select(Launch).FirstOrDefault(),
        cancellationToken);

    public Task<IReadOnlyList<NodeLaunch>> LaunchHistoryAsync(ServiceName? service, CancellationToken cancellationToken) => Read<IReadOnlyList<NodeLaunch>>(
        (connection, transaction) =>
        [
            .. connection.Column($"SELECT {LaunchColumns} FROM launches WHERE $all OR service = $service ORDER BY seq", transaction, ("$all", service is null), ("$service", service?.Value ?? ""))
                .Select(row => Launch(row).Launch),
        ],
        cancellationToken);

    public Task<bool> WriteLaunchAsync(StoredNodeLaunch launch, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction) =>
        {
            var (row, _) = (launch.Launch, launch.RowVersion);
            (string, object)[] columns =
            [
                ("$id", row.Id.Value),
                ("$json", JsonSerializer.Serialize(row, SkyJson.Default.NodeLaunch)),
                ("$over", row.EndedAt is { } over ? over.ToUnixTimeMilliseconds() : DBNull.Value),
            ];
            return 1 == (launch.RowVersion == 0
                ? connection.Execute(
                    "INSERT OR IGNORE INTO launches (id, service, row_version, over, sealed, json) VALUES ($id, $service, 1, $over, $sealed, $json)", transaction,
                    [
                        .. columns,
                        ("$service", row.Replica?.Service.Value ?? (object)DBNull.Value),
                        ("$sealed", row.Request.UserData is { } secret ? _sealer.Seal(secret) : DBNull.Value),
                    ])

                // What is asked of the cloud is never changed. Once it is over, what it held is not needed any more.
                : connection.Execute(
                    "UPDATE launches SET row_version = row_version + 1, over = $over, json = $json, sealed = CASE WHEN $over IS NULL THEN sealed END WHERE id = $id AND row_version = $expected",
                    transaction, [.. columns, ("$expected", launch.RowVersion)]));
        },
        cancellationToken);

    /// <summary>Without its key what the node was to run is lost: the purchase goes on, and a cloud that is asked again says that it is another request.</summary>
    private StoredNodeLaunch Launch(string row)
    {
        var parts = row.Split(' ', 3);
        var launch = JsonSerializer.Deserialize(parts[2], SkyJson.Default.NodeLaunch)!;
        return new StoredNodeLaunch(
            launch with { Request = launch.Request with { UserData = parts[1].Length == 0 ? null : Opened(parts[1]) } }, long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture));
    }

    private string? Opened(string sealedText)
    {
        try
        {
            return _sealer.Open(sealedText, out _);
        }
        catch (SealException)
        {
            return null;
        }
    }
}
