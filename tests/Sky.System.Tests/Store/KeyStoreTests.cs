using Sky.Controller.Store;
using Sky.Core.Keys;
using Sky.Testing.Gateway;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Store;

public sealed class KeyStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-store-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_written_is_read_also_after_opening_again()
    {
        var key = TestKey.Record() with
        {
            Models = ["a*"], Priority = KeyPriority.Batch, Operator = true, ExpiresAt = TestKey.Record().CreatedAt.AddDays(1),
            Limits = new KeyLimits { RequestsPerMinute = 1, TokensPerMinute = 2, Concurrency = 3, Budget = 4.5m, BudgetPeriod = BudgetPeriod.Day },
        };
        using (var store = await OpenAsync())
        {
            Assert.True(await store.WriteKeyAsync(new StoredKey(key, 0), Token));
        }

        using var again = await OpenAsync();
        var read = Assert.Single(await again.KeysAsync(Token));
        Assert.Equal(1, read.RowVersion);
        Assert.Equal(["a*"], read.Key.Models);
        Assert.Equal(key with { Models = [] }, read.Key with { Models = [] });
    }

    [Fact]
    public async Task A_write_on_an_old_row_version_is_refused()
    {
        using var store = await OpenAsync();
        var key = TestKey.Record();
        Assert.True(await store.WriteKeyAsync(new StoredKey(key, 0), Token));
        Assert.False(await store.WriteKeyAsync(new StoredKey(key, 0), Token));
        Assert.True(await store.WriteKeyAsync(new StoredKey(key with { Operator = true }, 1), Token));
        Assert.False(await store.WriteKeyAsync(new StoredKey(key, 1), Token));
        Assert.False(await store.WriteKeyAsync(new StoredKey(TestKey.Record(2), 1), Token));
        Assert.True(Assert.Single(await store.KeysAsync(Token)).Key.Operator);
    }

    [Fact]
    public async Task A_name_is_of_one_key_that_is_not_revoked()
    {
        using var store = await OpenAsync();
        Assert.True(await store.WriteKeyAsync(new StoredKey(TestKey.Record(1, "ci"), 0), Token));
        Assert.False(await store.WriteKeyAsync(new StoredKey(TestKey.Record(2, "ci"), 0), Token));
        Assert.True(await store.WriteKeyAsync(new StoredKey(TestKey.Record(1, "ci") with { RevokedAt = DateTimeOffset.UtcNow }, 1), Token));
        Assert.True(await store.WriteKeyAsync(new StoredKey(TestKey.Record(2, "ci"), 0), Token));
        Assert.Equal(2, (await store.KeysAsync(Token)).Count);
    }

    private Task<SqliteStore> OpenAsync() => SqliteStore.OpenAsync(Path.Combine(_folder.FullName, "state.db"), TestSealer.Instance, Token);
}
