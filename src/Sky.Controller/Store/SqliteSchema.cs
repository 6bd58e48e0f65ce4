using Microsoft.Data.Sqlite;
using Sky.Core.Store;

namespace Sky.Controller.Store;

/// <summary>The tables, as numbered migrations; <c>user_version</c> tells how many were applied.</summary>
internal static class SqliteSchema
{
    /// <summary>In order; one that was released is never changed.</summary>
    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE services (name TEXT PRIMARY KEY, row_version INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE versions (
            service TEXT NOT NULL, number INTEGER NOT NULL, json TEXT NOT NULL,
            PRIMARY KEY (service, number)) WITHOUT ROWID;
        CREATE TABLE replicas (
            service TEXT NOT NULL, id INTEGER NOT NULL, json TEXT NOT NULL,
            PRIMARY KEY (service, id)) WITHOUT ROWID;
        CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, service TEXT NOT NULL, json TEXT NOT NULL);
        CREATE INDEX events_of_service ON events (service, seq);
        """,
        """
        CREATE TABLE keys (id TEXT PRIMARY KEY, row_version INTEGER NOT NULL, live_name TEXT UNIQUE, json TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE usage (
            hour INTEGER NOT NULL, key TEXT NOT NULL, service TEXT NOT NULL, model TEXT NOT NULL, version INTEGER NOT NULL, currency TEXT NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (hour, key, service, model, version, currency)) WITHOUT ROWID;
        CREATE TABLE settled (gateway TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (gateway, first)) WITHOUT ROWID;
        """,
        """
        CREATE TABLE arms (
            service TEXT NOT NULL, generation INTEGER NOT NULL, version INTEGER NOT NULL, gateway TEXT NOT NULL, sequence INTEGER NOT NULL, json TEXT NOT NULL,
            PRIMARY KEY (service, generation, version, gateway)) WITHOUT ROWID;
        CREATE TABLE feedback (
            service TEXT NOT NULL, generation INTEGER NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, score REAL NOT NULL,
            PRIMARY KEY (service, generation, id)) WITHOUT ROWID;
        """,
        """
        ALTER TABLE settled ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
        UPDATE settled SET told = unixepoch();
        CREATE INDEX settled_by_age ON settled (told);
        """,
        """
        ALTER TABLE versions ADD COLUMN sealed TEXT;
        """,
        """
        CREATE TABLE enrolments (id TEXT PRIMARY KEY, row_version INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE nodes (
            cluster TEXT NOT NULL, node TEXT NOT NULL, row_version INTEGER NOT NULL, json TEXT NOT NULL,
            PRIMARY KEY (cluster, node)) WITHOUT ROWID;
        """,
        """
        CREATE TABLE clusters (name TEXT PRIMARY KEY, row_version INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE launches (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, service TEXT, row_version INTEGER NOT NULL, over INTEGER, sealed TEXT, json TEXT NOT NULL);
        CREATE INDEX launches_over ON launches (over);
        CREATE INDEX launches_of_service ON launches (service, seq);
        """,
        """
        CREATE TABLE orphans (
            cloud TEXT NOT NULL, owner TEXT NOT NULL, node TEXT NOT NULL, row_version INTEGER NOT NULL, json TEXT NOT NULL,
            PRIMARY KEY (cloud, owner, node)) WITHOUT ROWID;
        """,
    ];

    /// <summary>How many migrations the database has.</summary>
    /// <exception cref="StoreUnavailableException">More than there are here.</exception>
    public static int Version(SqliteConnection connection, string path, IReadOnlyList<string> migrations)
    {
        var version = (int)connection.Scalar<long>("PRAGMA user_version");
        return version <= migrations.Count ? version : throw new StoreUnavailableException(
            $"The database {path} was written by a newer sky (schema {version}, this one knows {migrations.Count}): use that version. Nothing was changed.");
    }

    /// <summary>Applies the migrations that the database lacks; each is a transaction of its own, and one that fails leaves what was before it.</summary>
    /// <inheritdoc cref="Version" path="/exception"/>
    public static void Migrate(SqliteConnection connection, string path, IReadOnlyList<string> migrations)
    {
        var version = Version(connection, path, migrations);
        for (; version < migrations.Count; version++)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            if (connection.Scalar<long>("PRAGMA user_version", transaction) == version)
            {
                connection.Execute(migrations[version], transaction);
                connection.Execute($"PRAGMA user_version = {version + 1}", transaction);
            }

            transaction.Commit();
        }
    }
}
