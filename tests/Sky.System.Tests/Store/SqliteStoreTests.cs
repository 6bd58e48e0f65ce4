using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Sky.Controller.Store;
using Sky.Core.Store;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Store;

public sealed class SqliteStoreTests : StoreContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-store-");
    private readonly List<SqliteStore> _stores = [];

    private string Path => global::System.IO.Path.Combine(_folder.FullName, "state.db");

    public void Dispose()
    {
        _stores.ForEach(store => store.Dispose());
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task WhatIsWrittenIsThereAfterOpeningAgain()
    {
        var store = await CreateAsync();
        await store.CommitAsync(Create() with { Upserts = [Replica(1)] }, Token);
        var again = await CreateAsync();

        Assert.Equal(await store.GetOwnerAsync(Token), await again.GetOwnerAsync(Token));
        Assert.Single((await again.LoadAsync(Name, Token))!.Replicas);
    }

    [Fact]
    public async Task FileIsForItsOwnerOnly()
    {
        await (await CreateAsync()).CommitAsync(Create(), Token);
        Assert.All(Directory.GetFiles(_folder.FullName), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task FileThatIsNoDatabaseIsLeftAsItIs()
    {
        var garbage = "this was never a database, and it is long enough to be looked at: "u8.ToArray().Concat(new byte[5000]).ToArray();
        await File.WriteAllBytesAsync(Path, garbage, Token);

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(CreateAsync);

        Assert.Contains(Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("move it aside", failure.Message, StringComparison.Ordinal);
        Assert.Equal(garbage, await File.ReadAllBytesAsync(Path, Token));
    }

    [Fact]
    public async Task DamagedDatabaseIsLeftAsItIs()
    {
        await (await CreateAsync()).CommitAsync(Create() with { Upserts = [.. Enumerable.Range(1, 200).Select(Replica)] }, Token);
        _stores.ForEach(store => store.Dispose());
        var bytes = await File.ReadAllBytesAsync(Path, Token);
        Array.Fill(bytes, (byte)0xEE, 4096, bytes.Length - 4096);
        await File.WriteAllBytesAsync(Path, bytes, Token);

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(CreateAsync);

        Assert.Contains("move it aside", failure.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path, Token));
    }

    [Fact]
    public async Task DatabaseOfANewerSkyIsRefused()
    {
        await CreateAsync();
        Execute("PRAGMA user_version = 99");

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(CreateAsync);

        Assert.Contains("newer sky (schema 99", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FullDiskIsSaidAndNothingIsLost()
    {
        var store = await CreateAsync();
        await store.CommitAsync(Create(), Token);
        var big = Create().Service with { Name = new("big") };
        var limit = new string('x', 20_000_000);
        Execute("CREATE TABLE filler (x)");

        // The page limit is a setting of a connection, and the pool hands out the one that was used last.
        Execute("PRAGMA max_page_count = 30");
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(
            Create() with { Service = big, Events = [new() { At = default, Message = limit }] }, Token));

        Assert.Contains("full", failure.Message, StringComparison.Ordinal);
        Assert.Equal([Name], await store.ListAsync(Token));
    }

    [Fact]
    public async Task MissingFolderIsSaid()
    {
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => SqliteStore.OpenAsync(global::System.IO.Path.Combine(_folder.FullName, "missing", "state.db"), TestSealer.Instance, Token));
        Assert.Contains("state.db", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Each commit writes one event and as many replica rows as its number: whatever moment the writer dies, both agree.</summary>
    [Fact]
    public async Task KilledInTheMiddleOfCommitsLeavesEachWholeOrNotAtAll()
    {
        for (var round = 0; round < 5; round++)
        {
            var path = global::System.IO.Path.Combine(_folder.FullName, $"killed{round}.db");
            await KillWriterAsync(path, commits: 3 + (round * 7));
            using var store = await SqliteStore.OpenAsync(path, TestSealer.Instance, Token);
            var read = await store.LoadAsync(Name, Token);
            Assert.NotNull(read);
            Assert.Equal(read.RowVersion - 1, read.Replicas.Count);
            Assert.Equal(read.RowVersion - 1, (await store.EventsAsync(Name, 500, Token)).Count);
        }
    }

    protected override async Task<IStore> CreateAsync()
    {
        var store = await SqliteStore.OpenAsync(Path, TestSealer.Instance, Token);
        _stores.Add(store);
        return store;
    }

    private static async Task KillWriterAsync(string path, int commits)
    {
        using var writer = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            Environment = { [StoreWriter.Variable] = path },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        for (var line = 0; line < commits; line++)
        {
            Assert.NotNull(await writer.StandardOutput.ReadLineAsync(Token));
        }

        writer.Kill();
        await writer.WaitForExitAsync(Token);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, DefaultTimeout = 30 }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
