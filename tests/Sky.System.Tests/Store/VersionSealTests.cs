using System.Text;
using Microsoft.Data.Sqlite;
using Sky.Controller.Store;
using Sky.Core.Services;
using Sky.Core.Specs;
using Sky.Core.Store;
using Sky.Testing.Simulation;
using Sky.Testing.Store;
using Xunit;

namespace Sky.SystemTests.Store;

/// <summary>What is secret in a version lies sealed in the database.</summary>
public sealed class VersionSealTests : IDisposable
{
    private const string Canary = "c4nary-value";
    private static readonly ServiceName Name = new("hello");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sky-seal-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_folder.FullName, "state.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task NoFileOfTheDatabaseHoldsASecretAndItIsReadAgain()
    {
        using (var store = await SqliteStore.OpenAsync(Database, TestSealer.Instance, Token))
        {
            await CommitAsync(store, Secretive());
            AssertHidden();
        }

        using var again = await SqliteStore.OpenAsync(Database, TestSealer.Instance, Token);
        var version = (await again.LoadAsync(Name, Token))!.Target;
        Assert.Equal((Canary, null), (version.Spec.Task.Secrets["KEY"].Reveal(), version.Unreadable));
        Assert.Equal($"Bearer {Canary}", version.Spec.Serving.UpstreamAuth!.Value.Reveal());
        Assert.Equal(Canary, version.Spec.Serving.ReadinessProbe.Headers["X-Key"]);
        AssertHidden();
    }

    [Fact]
    public async Task WhatAnEarlierBuildStoredInClearIsSealedAndNoTraceOfItStays()
    {
        using (var store = await SqliteStore.OpenAsync(Database, TestSealer.Instance, Token))
        {
            await CommitAsync(store, Secretive());
        }

        Execute("DELETE FROM meta WHERE key = 'versions_sealed'");
        Execute("UPDATE versions SET json = $whole, sealed = NULL", Whole());
        SqliteConnection.ClearAllPools();
        Assert.Contains(Canary, Bytes(), StringComparison.Ordinal);

        using var again = await SqliteStore.OpenAsync(Database, TestSealer.Instance, Token);

        Assert.Equal(Canary, (await again.LoadAsync(Name, Token))!.Target.Spec.Task.Secrets["KEY"].Reveal());
        AssertHidden();
    }

    [Fact]
    public async Task AVersionWithoutSecretsIsNotSealed()
    {
        using var store = await SqliteStore.OpenAsync(Database, new TestSealer(1, lost: 1), Token);
        await CommitAsync(store, TestSpecs.Spec(1));
        Assert.Null((await store.LoadAsync(Name, Token))!.Target.Unreadable);
    }

    [Fact]
    public async Task ALostKeyTakesAwayWhatIsSecretAndNothingElse()
    {
        using (var store = await SqliteStore.OpenAsync(Database, new TestSealer(1), Token))
        {
            await CommitAsync(store, Secretive());
        }

        using (var without = await SqliteStore.OpenAsync(Database, new TestSealer(2, lost: 1), Token))
        {
            var version = (await without.LoadAsync(Name, Token))!.Target;
            Assert.Equal("The key 1 is missing.", version.Unreadable);
            Assert.Equal((SecretValue.Mask, "run-it"), (version.Spec.Task.Secrets["KEY"].Reveal(), version.Spec.Task.Run));
        }

        using var again = await SqliteStore.OpenAsync(Database, new TestSealer(2), Token);
        Assert.Equal(Canary, (await again.LoadAsync(Name, Token))!.Target.Spec.Task.Secrets["KEY"].Reveal());
    }

    [Fact]
    public async Task WhatAnOlderKeySealedIsSealedAnewSoThatTheOldOneMayGo()
    {
        using (var store = await SqliteStore.OpenAsync(Database, new TestSealer(1), Token))
        {
            await CommitAsync(store, Secretive());
        }

        (await SqliteStore.OpenAsync(Database, new TestSealer(2), Token)).Dispose();

        using var again = await SqliteStore.OpenAsync(Database, new TestSealer(2, lost: 1), Token);
        Assert.Equal(Canary, (await again.LoadAsync(Name, Token))!.Target.Spec.Task.Secrets["KEY"].Reveal());
    }

    private static ServiceSpec Secretive()
    {
        var spec = TestSpecs.Spec(1);
        return spec with
        {
            Task = new TaskSpec { Run = "run-it", Secrets = new Dictionary<string, SecretValue> { ["KEY"] = new(Canary) } },
            Serving = spec.Serving with
            {
                UpstreamAuth = new UpstreamAuthSpec("Authorization", new SecretValue($"Bearer {Canary}")),
                ReadinessProbe = spec.Serving.ReadinessProbe with { Path = "/health?key=" + Canary, Headers = new Dictionary<string, string> { ["X-Key"] = Canary } },
            },
        };
    }

    private static async Task CommitAsync(SqliteStore store, ServiceSpec spec)
    {
        var create = StoreContract.Create();
        Assert.True(await store.CommitAsync(create with { NewVersion = create.NewVersion! with { Spec = spec } }, Token));
    }

    private void AssertHidden() => Assert.DoesNotContain(Canary, Bytes(), StringComparison.Ordinal);

    private string Bytes() => string.Concat(_folder.EnumerateFiles().Select(file =>
    {
        using var open = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(open, Encoding.Latin1);
        return reader.ReadToEnd();
    }));

    /// <summary>The row as it was before there was a column for what is sealed.</summary>
    private string Whole()
    {
        using var connection = SqliteFile.Open($"Data Source={Database}");
        return TestSealer.Instance.Open(connection.Scalar<string>("SELECT sealed FROM versions")!, out _);
    }

    private void Execute(string sql, string? whole = null)
    {
        using var connection = SqliteFile.Open($"Data Source={Database}");
        connection.Execute(sql, null, whole is null ? [] : [("$whole", whole)]);
    }
}
