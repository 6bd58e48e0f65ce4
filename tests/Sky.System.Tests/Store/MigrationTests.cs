using Microsoft.Data.Sqlite;
using Sky.Controller.Store;
using Sky.Core.Services;
using Sky.Core.Store;
using Sky.SystemTests.Processes;
using Sky.Testing.Processes;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Store;

/// <summary>Databases of other versions of the program.</summary>
public sealed class MigrationTests : IDisposable
{
    private const string Next = "ALTER TABLE services ADD COLUMN note TEXT NOT NULL DEFAULT 'none';";
    private static readonly string First = File.ReadAllText(Path.Combine(SkyProgram.Root, "tests", "Sky.System.Tests", "Store", "first-schema.sql"));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-migration-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_folder.FullName, "state.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task RowsOfTheFirstSchemaAreReadAndWritten()
    {
        Write(Database, First);
        using var store = await SqliteStore.OpenAsync(Database, TestSealer.Instance, Token);

        var hello = (await store.LoadAsync(Assert.Single(await store.ListAsync(Token)), Token))!;

        Assert.Equal("9dd0731a7f317ee5ed37ae689b92179e", (await store.GetOwnerAsync(Token)).Value);
        Assert.Equal((31, 2, 5, 1), (hello.RowVersion, hello.Service.TargetVersion, hello.Service.NextReplicaId.Value, hello.Service.PinnedReplicas));
        Assert.Equal(["small", "large"], hello.Versions.OrderBy(pair => pair.Key).Select(pair => pair.Value.Spec.Task.Envs["MODEL"]));
        Assert.Equal((3, ReplicaState.Ready, 22681), (hello.Replicas.Single().Id.Value, hello.Replicas.Single().State, hello.Replicas.Single().Port));
        Assert.Equal(6, (await store.EventsAsync(hello.Service.Name, 100, Token)).Count);
        Assert.True(await store.CommitAsync(
            new ServiceCommit { ExpectedRowVersion = 31, Service = hello.Service with { CutRequests = 7 }, Events = [new ServiceEvent { At = default, Message = "new" }] }, Token));
        Assert.Equal(7, (await store.LoadAsync(hello.Service.Name, Token))!.Service.CutRequests);
        Assert.Equal(7, (await store.EventsAsync(hello.Service.Name, 100, Token)).Count);
    }

    [Fact]
    public async Task TheProgramTakesUpAHomeOfTheFirstSchema()
    {
        await using var sky = new SkyMachine();
        Write(Path.Combine(sky.Home, "state.db"), First);

        var status = await sky.WaitAsync("hello", now => ServingTests.Ids(now).Contains(5), "a new replica, with a number that was not given before");

        Assert.Equal(2, status.GetProperty("targetVersion").GetInt32());
        Assert.Contains("scaled to 1", (await sky.OkAsync("serve", "history", "hello")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingMigrationsAreAppliedOnceAndKeepTheRows()
    {
        Write(Database, First);
        Migrate([.. SqliteSchema.Migrations, Next]);
        Migrate([.. SqliteSchema.Migrations, Next]);

        Assert.Equal(SqliteSchema.Migrations.Count + 1L, Scalar("PRAGMA user_version"));
        Assert.Equal("none", Scalar("SELECT note FROM services WHERE name = 'hello'"));
        Assert.Equal(2L, Scalar("SELECT count(*) FROM versions"));

        // Now it is one of a newer program than this.
        var before = await File.ReadAllBytesAsync(Database, Token);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => SqliteStore.OpenAsync(Database, TestSealer.Instance, Token));
        Assert.Contains($"written by a newer sky (schema {SqliteSchema.Migrations.Count + 1}, this one knows {SqliteSchema.Migrations.Count})", refused.Message, StringComparison.Ordinal);
        SqliteConnection.ClearAllPools();
        Assert.Equal(before, await File.ReadAllBytesAsync(Database, Token));
    }

    [Fact]
    public void AMigrationThatFailsLeavesWhatWasBeforeIt()
    {
        Write(Database, First);

        Assert.Throws<SqliteException>(() => Migrate([.. SqliteSchema.Migrations, Next, "DROP TABLE versions; INSERT INTO nowhere VALUES (1);"]));

        Assert.Equal(SqliteSchema.Migrations.Count + 1L, Scalar("PRAGMA user_version"));
        Assert.Equal(2L, Scalar("SELECT count(*) FROM versions"));
    }

    [Fact]
    public async Task ADatabaseOfANewerProgramIsRefusedByTheProgramAndLeftAsItIs()
    {
        await using var sky = new SkyMachine();
        var database = Path.Combine(sky.Home, "state.db");
        Write(database, First + "PRAGMA user_version = 99;");
        SqliteConnection.ClearAllPools();
        var before = await File.ReadAllBytesAsync(database, Token);

        var status = await sky.RunAsync("serve", "status");

        Assert.Equal(4, status.ExitCode);
        Assert.Contains("written by a newer sky (schema 99", status.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(database, Token));
        Assert.Null(sky.ControllerPid);
    }

    private static void Write(string path, string sql)
    {
        using var connection = Open(path);
        connection.Execute(sql);
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Migrate(IReadOnlyList<string> migrations)
    {
        using var connection = Open(Database);
        SqliteSchema.Migrate(connection, Database, migrations);
    }

    private object? Scalar(string sql)
    {
        using var connection = Open(Database);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
