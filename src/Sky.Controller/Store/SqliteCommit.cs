using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sky.Core;
using Sky.Core.Secrets;
using Sky.Core.Services;
using Sky.Core.Store;

namespace Sky.Controller.Store;

/// <summary>Writes one <see cref="ServiceCommit"/> within a transaction.</summary>
internal static class SqliteCommit
{
    /// <summary>False: the row is at another version; the caller rolls back.</summary>
    public static bool Write(SqliteConnection connection, SqliteTransaction transaction, ServiceCommit commit, ISealer sealer)
    {
        var service = ("$service", (object)commit.Service.Name.Value);
        if (!WriteService(connection, transaction, commit, service))
        {
            return false;
        }

        if (commit.NewVersion is { } version)
        {
            var (shown, hidden) = VersionSeal.Close(version, sealer);
            connection.Execute(
                "INSERT INTO versions (service, number, json, sealed) VALUES ($service, $number, $json, $sealed)", transaction,
                service, ("$number", version.Number), ("$json", shown), ("$sealed", hidden ?? (object)DBNull.Value));
        }

        foreach (var replica in commit.Upserts)
        {
            connection.Execute(
                "INSERT INTO replicas (service, id, json) VALUES ($service, $id, $json) ON CONFLICT DO UPDATE SET json = excluded.json",
                transaction, service, ("$id", replica.Id.Value), ("$json", JsonSerializer.Serialize(replica, SkyJson.Default.ReplicaRecord)));
        }

        foreach (var removed in commit.Removals)
        {
            connection.Execute(
                "DELETE FROM replicas WHERE service = $service AND id = $id", transaction, service, ("$id", removed.Value));
        }

        WriteEvents(connection, transaction, commit.Events, service);
        return true;
    }

    private static bool WriteService(
        SqliteConnection connection, SqliteTransaction transaction, ServiceCommit commit, (string Name, object Value) service)
    {
        var json = ("$json", (object)JsonSerializer.Serialize(commit.Service, SkyJson.Default.ServiceRecord));
        var rows = commit.ExpectedRowVersion == 0
            ? connection.Execute(
                "INSERT INTO services (name, row_version, json) VALUES ($service, 1, $json) ON CONFLICT DO NOTHING",
                transaction, service, json)
            : connection.Execute(
                "UPDATE services SET row_version = row_version + 1, json = $json WHERE name = $service AND row_version = $expected",
                transaction, service, json, ("$expected", commit.ExpectedRowVersion));
        return rows == 1;
    }

    private static void WriteEvents(
        SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<ServiceEvent> events, (string Name, object Value) service)
    {
        if (events.Count == 0)
        {
            return;
        }

        foreach (var happened in events)
        {
            connection.Execute(
                "INSERT INTO events (service, json) VALUES ($service, $json)", transaction,
                service, ("$json", JsonSerializer.Serialize(happened, SkyJson.Default.ServiceEvent)));
        }

        connection.Execute(
            """
            DELETE FROM events WHERE service = $service AND seq <=
                (SELECT seq FROM events WHERE service = $service ORDER BY seq DESC LIMIT 1 OFFSET $kept)
            """,
            transaction, service, ("$kept", SqliteStore.KeptEvents));
    }
}
