using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sky.Core;
using Sky.Core.Clouds.Launching;
using Sky.Core.Clouds.Orphans;
using Sky.Core.Clusters;
using Sky.Core.Keys;
using Sky.Core.Metering;
using Sky.Core.Nodes;
using Sky.Core.Secrets;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.Core.Traffic.Experiments;

namespace Sky.Controller.Store;

/// <summary>
/// The store of one controller: a SQLite file in WAL mode, synced to disk at each commit. Records are JSON columns; the row version
/// of the service row covers its replicas and versions.
/// </summary>
public sealed partial class SqliteStore : IStore, IKeyStore, IUsageStore, IExperimentStore, INodeStore, IClusterStore, INodeLaunchStore, IOrphanStore, IDisposable
{
    /// <summary>Events kept of one service; older ones are dropped.</summary>
    public const int KeptEvents = 500;

    private readonly string _path;
    private readonly string _connectionString;
    private readonly OwnerId _owner;
    private readonly ISealer _sealer;
    private readonly SemaphoreSlim _writer = new(1);
    private readonly ConcurrentDictionary<ServiceName, ServiceAggregate> _lastRead = new();

    private SqliteStore(string path, string connectionString, OwnerId owner, ISealer sealer)
    {
        _sealer = sealer;
        _path = path;
        _connectionString = connectionString;
        _owner = owner;
    }

    /// <summary>Opens the database, makes it where there is none (mode 0600), and applies what migrations it lacks.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sealer">Seals what is secret in versions.</param>
    /// <param name="cancellationToken">Asked once, at the start.</param>
    /// <exception cref="StoreUnavailableException">It cannot be used; it is left as it is.</exception>
    public static Task<SqliteStore> OpenAsync(string path, ISealer sealer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
        var owner = Guarded(path, () =>
        {
            SqliteFile.Prepare(path);
            using var connection = SqliteFile.Open(connectionString);
            if (connection.Scalar<string>("PRAGMA quick_check(1)") is not "ok")
            {
                throw SqliteFailure.Damaged(path);
            }

            // Before anything is written, be it only the mode.
            _ = SqliteSchema.Version(connection, path, SqliteSchema.Migrations);
            connection.Execute("PRAGMA journal_mode = WAL");
            SqliteSchema.Migrate(connection, path, SqliteSchema.Migrations);
            VersionSeal.Renew(connection, sealer);
            return Owner(connection);
        });
        return Task.FromResult(new SqliteStore(path, connectionString, owner, sealer));
    }

    public Task<OwnerId> GetOwnerAsync(CancellationToken cancellationToken) => Task.FromResult(_owner);

    public Task<IReadOnlyList<ServiceName>> ListAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<ServiceName>>(
        (connection, transaction) => [.. connection.Column("SELECT name FROM services ORDER BY name", transaction).Select(name => new ServiceName(name))],
        cancellationToken);

    public Task<ServiceAggregate?> LoadAsync(ServiceName service, CancellationToken cancellationToken) => Read(
        (connection, transaction) =>
        {
            var rowVersion = connection.Scalar<long>(
                "SELECT row_version FROM services WHERE name = $name", transaction, ("$name", service.Value));
            if (rowVersion == 0)
            {
                return null;
            }

            // Everything is immutable and covered by the row version, so an unchanged service need not be parsed again.
            var known = _lastRead.GetValueOrDefault(service);
            return known?.RowVersion == rowVersion ? known : _lastRead[service] = Parse(connection, transaction, service, rowVersion, known);
        },
        cancellationToken);

    public Task<bool> CommitAsync(ServiceCommit commit, CancellationToken cancellationToken) =>
        WriteAsync((connection, transaction) => SqliteCommit.Write(connection, transaction, commit, _sealer), cancellationToken);

    public Task<IReadOnlyList<ServiceEvent>> EventsAsync(ServiceName service, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<ServiceEvent>>(
            (connection, transaction) =>
            [
                .. connection.Column(
                        "SELECT json FROM events WHERE service = $service ORDER BY seq DESC LIMIT $limit", transaction,
                        ("$service", service.Value), ("$limit", limit))
                    .Select(json => JsonSerializer.Deserialize(json, SkyJson.Default.ServiceEvent)!)
                    .Reverse(),
            ],
            cancellationToken);

    public void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _writer.Dispose();
    }

    private ServiceAggregate Parse(
        SqliteConnection connection, SqliteTransaction transaction, ServiceName service, long rowVersion, ServiceAggregate? known)
    {
        var name = ("$service", (object)service.Value);
        var record = connection.Scalar<string>("SELECT json FROM services WHERE name = $service", transaction, name);
        var replicas = connection.Column("SELECT json FROM replicas WHERE service = $service ORDER BY id", transaction, name);

        // Versions never change, so only those not seen before are read.
        var versions = known?.Versions.ToDictionary() ?? [];
        var newest = versions.Count == 0 ? 0 : versions.Keys.Max();
        foreach (var json in connection.Column(
            $"SELECT {VersionSeal.Both} FROM versions WHERE service = $service AND number > $newest", transaction, name, ("$newest", newest)))
        {
            var version = VersionSeal.Open(json, _sealer);
            versions[version.Number] = version;
        }

        return new ServiceAggregate
        {
            Service = JsonSerializer.Deserialize(record!, SkyJson.Default.ServiceRecord)!,
            Replicas = [.. replicas.Select(json => JsonSerializer.Deserialize(json, SkyJson.Default.ReplicaRecord)!)],
            Versions = versions,
            RowVersion = rowVersion,
        };
    }

    private static OwnerId Owner(SqliteConnection connection)
    {
        connection.Execute(
            "INSERT INTO meta (key, value) VALUES ('owner', $value) ON CONFLICT DO NOTHING",
            null,
            ("$value", RandomNumberGenerator.GetHexString(32, lowercase: true)));
        return new OwnerId(connection.Scalar<string>("SELECT value FROM meta WHERE key = 'owner'")!);
    }

    private Task<T> Read<T>(Func<SqliteConnection, SqliteTransaction, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Guarded(_path, () =>
        {
            using var connection = SqliteFile.Open(_connectionString);
            using var transaction = connection.BeginTransaction(deferred: true);
            return read(connection, transaction);
        }));
    }

    /// <summary>One transaction; where <paramref name="write"/> says false, nothing is written.</summary>
    private async Task<bool> WriteAsync(Func<SqliteConnection, SqliteTransaction, bool> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            return Guarded(_path, () =>
            {
                using var connection = SqliteFile.Open(_connectionString);
                using var transaction = connection.BeginTransaction(deferred: false);
                if (!write(connection, transaction))
                {
                    return false;
                }

                transaction.Commit();
                return true;
            });
        }
        finally
        {
            _writer.Release();
        }
    }

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e) when (SqliteFailure.From(e, path) is { } failure)
        {
            throw failure;
        }
        catch (SealException e)
        {
            throw new StoreUnavailableException(e.Message, e);
        }
        catch (JsonException e)
        {
            throw SqliteFailure.Damaged(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                string.Create(CultureInfo.InvariantCulture, $"The database {path} cannot be used: {e.Message}"), e);
        }
    }
}
